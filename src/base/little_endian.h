// Whole numbers in formats that are stored: little-endian on every machine.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace millrace {

template <std::integral T>
void append_le(std::string& out, T value) {
  if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
  const std::size_t at = out.size();
  out.resize(at + sizeof(T));
  std::memcpy(out.data() + at, &value, sizeof(T));
}

// In the place of bytes that are there already.
template <std::integral T>
void store_le(char* to, T value) {
  if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
  std::memcpy(to, &value, sizeof(T));
}

// The caller has made sure that `bytes` reach that far.
template <std::integral T>
T load_le(std::string_view bytes, std::size_t position) {
  T value;
  std::memcpy(&value, bytes.data() + position, sizeof(T));
  if constexpr (std::endian::native == std::endian::big) value = std::byteswap(value);
  return value;
}

}  // namespace millrace
