#include "app/terminal_text.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace millrace {
namespace {

bool is_control(std::uint32_t code) {
  if (code == '\n' || code == '\t') return false;
  return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

}  // namespace

bool is_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Utf8Point point = utf8_point_at(text, at);
    if (point.code == kNoUtf8) return false;
    at += point.size;
  }
  return true;
}

std::string terminal_text(std::string_view text) {
  std::string result;
  std::size_t at = 0;
  while (at < text.size()) {
    const Utf8Point point = utf8_point_at(text, at);
    const std::string_view bytes = text.substr(at, point.size);
    at += point.size;
    if (point.code != kNoUtf8 && !is_control(point.code)) {
      result += bytes;
      continue;
    }
    for (const char byte : bytes) result += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  }
  return result;
}

}  // namespace millrace
