#include "app/duration_text.h"

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>

namespace millrace {
namespace {

constexpr std::int64_t kSecondMicros = 1'000'000;
constexpr std::int64_t kDurationMax = 36'500LL * 24 * 3600 * kSecondMicros;

std::optional<std::int64_t> micros_of_unit(std::string_view unit) {
  if (unit == "ms") return 1'000;
  if (unit == "s") return kSecondMicros;
  if (unit == "m") return 60 * kSecondMicros;
  if (unit == "h") return 3600 * kSecondMicros;
  if (unit == "d") return 24 * 3600 * kSecondMicros;
  return std::nullopt;
}

// The number with its unit that `text` starts with, which is taken off it.
std::optional<std::int64_t> take_part(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const std::size_t unit_size = text.substr(0, text.find_first_of("0123456789")).size();
  const auto micros = micros_of_unit(text.substr(0, unit_size));
  text.remove_prefix(unit_size);
  if (!micros || number > kDurationMax / *micros) return std::nullopt;
  return number * *micros;
}

}  // namespace

Result<std::int64_t> parse_duration(std::string_view text) {
  std::int64_t sum = 0;
  bool is_sound = !text.empty();
  for (std::string_view rest = text; is_sound && !rest.empty();) {
    const auto part = take_part(rest);
    is_sound = part && *part <= kDurationMax - sum;
    if (is_sound) sum += *part;
  }
  if (is_sound) return sum;
  return fail(ErrorCode::kInvalidArgument,
              std::string(text) + ": expected a length of time such as 30s, 10m or 1h30m");
}

}  // namespace millrace
