#include "event/json_text.h"

#include <algorithm>
#include <charconv>

#include "base/json_string.h"

namespace millrace {
namespace {

constexpr std::size_t kExcerptSizeMax = 64;

// Of a UTF-8 character that began before.
bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

// The position after the string that starts at `at`.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

// The position after the value that starts at `at`.
std::size_t skip_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      if (depth == 0) return at;
      continue;
    }
    if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) return at;
      if (--depth == 0) return at + 1;
    } else if (depth == 0 && (c == ',' || is_blank(c))) {
      return at;
    }
    ++at;
  }
  return text.size();
}

// Whether `written`, the inside of a JSON string, means `key`: a letter may be written as \u0061.
bool is_key(std::string_view written, std::string_view key) {
  for (const char c : key) {
    if (written.starts_with("\\u") && written.size() >= 6) {
      unsigned value = 0;
      const char* const end = written.data() + 6;
      if (std::from_chars(written.data() + 2, end, value, 16).ptr != end) return false;
      if (value != static_cast<unsigned char>(c)) return false;
      written.remove_prefix(6);
    } else {
      if (!written.starts_with(c)) return false;
      written.remove_prefix(1);
    }
  }
  return written.empty();
}

constexpr std::string_view kTokenEnds = " \t\n\r,:[]{}\"";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool take(std::string_view& text, std::string_view one_of) {
  const bool there = !text.empty() && one_of.find(text[0]) != std::string_view::npos;
  if (there) text.remove_prefix(1);
  return there;
}

bool take_digits(std::string_view& text) {
  const std::size_t before = text.size();
  while (!text.empty() && is_digit(text[0])) text.remove_prefix(1);
  return text.size() < before;
}

// The value of the first member that `is_wanted`, which is asked with each name as it is written.
template <typename IsWanted>
std::string_view find_member(std::string_view object_text, IsWanted is_wanted) {
  std::size_t at = skip_blanks(object_text, 0);
  if (at == object_text.size() || object_text[at] != '{') return {};
  ++at;
  while ((at = skip_blanks(object_text, at)) < object_text.size() && object_text[at] == '"') {
    const std::size_t key_end = skip_string(object_text, at);
    const std::string_view name = object_text.substr(at + 1, key_end - at >= 2 ? key_end - at - 2 : 0);
    at = skip_blanks(object_text, key_end);
    if (at == object_text.size() || object_text[at] != ':') return {};
    at = skip_blanks(object_text, at + 1);
    const std::size_t end = skip_value(object_text, at);
    if (is_wanted(name)) return object_text.substr(at, end - at);
    at = skip_blanks(object_text, end);
    if (at == object_text.size() || object_text[at] != ',') return {};
    ++at;
  }
  return {};
}

}  // namespace

bool is_json_number(std::string_view text) {
  take(text, "-");
  if (!take(text, "0") && !take_digits(text)) return false;
  if (take(text, ".") && !take_digits(text)) return false;
  if (take(text, "eE")) {
    take(text, "+-");
    if (!take_digits(text)) return false;
  }
  return text.empty();
}

std::string_view member_text(std::string_view object_text, std::string_view key) {
  return find_member(object_text, [key](std::string_view name) { return is_key(name, key); });
}

std::string_view member_text_at(std::string_view object_text, std::size_t index) {
  return find_member(object_text, [&index](std::string_view) { return index-- == 0; });
}

std::vector<std::string_view> element_texts(std::string_view array_text) {
  std::vector<std::string_view> elements;
  std::size_t at = skip_blanks(array_text, 0);
  if (at == array_text.size() || array_text[at] != '[') return elements;
  ++at;
  while ((at = skip_blanks(array_text, at)) < array_text.size() && array_text[at] != ']') {
    const std::size_t end = skip_value(array_text, at);
    if (end == at) break;
    elements.push_back(array_text.substr(at, end - at));
    at = skip_blanks(array_text, end);
    if (at == array_text.size() || array_text[at] != ',') break;
    ++at;
  }
  return elements;
}

bool holds_malformed_number(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      at = skip_string(text, at);
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(kTokenEnds, at), text.size());
    if (end == at) {
      ++at;
      continue;
    }
    const std::string_view token = text.substr(at, end - at);
    if ((token[0] == '-' || is_digit(token[0])) && !is_json_number(token)) return true;
    at = end;
  }
  return false;
}

std::string quoted_excerpt(std::string_view text) {
  std::size_t size = std::min(text.size(), kExcerptSizeMax);
  while (size > 0 && size < text.size() && is_continuation(text[size])) --size;
  std::string out;
  append_json_string(out, text.substr(0, size));
  return out;
}

}  // namespace millrace
