#include "http/request_target.h"

namespace millrace {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0 || high + low == 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

// Calls `add` with each part of `text` between separators.
template <typename Add>
bool split(std::string_view text, char separator, Add add) {
  for (;;) {
    const std::size_t end = text.find(separator);
    if (!add(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

bool add_segments(std::string_view path, RequestTarget& target) {
  return split(path.substr(1), '/', [&](std::string_view segment) {
    auto text = decoded(segment, false);
    if (text) target.segments.push_back(std::move(*text));
    return text.has_value();
  });
}

bool add_query(std::string_view query, RequestTarget& target) {
  return split(query, '&', [&](std::string_view pair) {
    if (pair.empty()) return true;
    const std::size_t equals = pair.find('=');
    auto name = decoded(pair.substr(0, equals), true);
    auto value = decoded(equals == std::string_view::npos ? "" : pair.substr(equals + 1), true);
    if (!name || !value) return false;
    target.query.emplace_back(std::move(*name), std::move(*value));
    return true;
  });
}

}  // namespace

std::optional<RequestTarget> parse_request_target(std::string_view text) {
  const std::size_t question = text.find('?');
  RequestTarget target;
  target.path = text.substr(0, question);
  if (!add_segments(target.path, target)) return std::nullopt;
  if (question != std::string_view::npos && !add_query(text.substr(question + 1), target))
    return std::nullopt;
  return target;
}

}  // namespace millrace
