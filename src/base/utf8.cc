#include "base/utf8.h"

#include <algorithm>
#include <array>

namespace millrace {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// Blocks of the Unicode Character Database with general category Mn or Cf, and with East_Asian_Width W or F.
// Blocks, not single characters: a table that is one column off in a rare script is still a table.
constexpr auto kZeroWidth = std::to_array<Range>({{0x0300, 0x036F},
                                                  {0x0483, 0x0489},
                                                  {0x0591, 0x05BD},
                                                  {0x0610, 0x061A},
                                                  {0x064B, 0x065F},
                                                  {0x200B, 0x200F},
                                                  {0x202A, 0x202E},
                                                  {0x2060, 0x2064},
                                                  {0x20D0, 0x20F0},
                                                  {0xFE00, 0xFE0F},
                                                  {0xFE20, 0xFE2F},
                                                  {0xFEFF, 0xFEFF}});
constexpr auto kDoubleWidth = std::to_array<Range>({{0x1100, 0x115F},
                                                    {0x2E80, 0x303E},
                                                    {0x3041, 0xA4CF},
                                                    {0xA960, 0xA97F},
                                                    {0xAC00, 0xD7A3},
                                                    {0xF900, 0xFAFF},
                                                    {0xFE30, 0xFE6F},
                                                    {0xFF00, 0xFF60},
                                                    {0xFFE0, 0xFFE6},
                                                    {0x1F300, 0x1F64F},
                                                    {0x1F680, 0x1F6FF},
                                                    {0x1F900, 0x1FAFF},
                                                    {0x20000, 0x3FFFD}});

template <std::size_t n>
bool is_within(const std::array<Range, n>& ranges, std::uint32_t code) {
  return std::ranges::any_of(ranges,
                             [code](Range range) { return code >= range.first && code <= range.last; });
}

// The smallest code that needs so many bytes; a shorter one written longer is not UTF-8.
constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};

std::size_t size_of_sequence(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

}  // namespace

Utf8Point utf8_point_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t size = size_of_sequence(first);
  if (size == 1) return {first, 1};
  if (size == 0 || at + size > text.size()) return {};
  std::uint32_t code = first & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xC0) != 0x80) return {};
    code = code << 6 | (next & 0x3Fu);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kSmallest[size] || code > 0x10FFFF || surrogate) return {};
  return {code, size};
}

std::size_t terminal_width(std::uint32_t code) {
  if (code < 0x300) return 1;
  if (is_within(kZeroWidth, code)) return 0;
  return is_within(kDoubleWidth, code) ? 2 : 1;
}

std::size_t terminal_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Point point = utf8_point_at(text, at);
    width += terminal_width(point.code);
    at += point.size;
  }
  return width;
}

}  // namespace millrace
