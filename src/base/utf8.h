// Characters of UTF-8 text and how much room they take on a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace millrace {

inline constexpr std::uint32_t kNoUtf8 = 0xFFFF'FFFF;

struct Utf8Point {
  std::uint32_t code = kNoUtf8;  // kNoUtf8: the byte is not UTF-8
  std::size_t size = 1;          // bytes
};

// The character that starts at `at`, which must be less than text.size().
Utf8Point utf8_point_at(std::string_view text, std::size_t at);

// Columns of one character: 0 for combining marks, 2 for wide East Asian characters and emoji, else 1.
std::size_t terminal_width(std::uint32_t code);

// Columns of a text without control characters.
std::size_t terminal_width(std::string_view text);

}  // namespace millrace
