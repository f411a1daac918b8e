#include "dashboard/request_values.h"

#include <fmt/format.h>

#include <charconv>

#include "base/utf8.h"

namespace millrace {
namespace {

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Point point = utf8_point_at(text, at);
    if (point.code == kNoUtf8) return false;
    at += point.size;
  }
  return true;
}

}  // namespace

Result<std::optional<std::string>> read_text(const HttpRequest& request, std::string_view name,
                                             std::size_t size_max) {
  const auto value = request.query_value(name);
  if (!value) return std::nullopt;
  if (value->empty()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the parameter {} is empty: leave it out for all", name));
  }
  if (value->size() > size_max) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("the parameter {} has {} bytes, at most {} are accepted", name, value->size(), size_max));
  }
  if (!is_utf8(*value)) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("the parameter {} is not UTF-8: encode its characters as UTF-8 before the %", name));
  }
  return std::string(*value);
}

Result<std::optional<Timestamp>> read_time(const HttpRequest& request, std::string_view name) {
  const auto value = request.query_value(name);
  if (!value) return std::nullopt;
  if (const auto time = parse_timestamp(*value)) return *time;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("{} is '{}', which is no time: write it like 2024-07-01T09:00:00Z or 2024-07-01",
                          name, *value));
}

Result<std::int64_t> read_count(const HttpRequest& request, std::string_view name, std::int64_t absent,
                                std::int64_t max) {
  const auto value = request.query_value(name);
  if (!value) return absent;
  std::int64_t count = -1;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), count);
  if (error == std::errc() && end == value->data() + value->size() && count >= 0 && count <= max)
    return count;
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("the parameter {} is '{}': it takes a whole number from 0 to {}", name, *value, max));
}

}  // namespace millrace
