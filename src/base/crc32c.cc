#include "base/crc32c.h"

#include <array>
#include <cstddef>

#include "base/little_endian.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace millrace {
namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // of Castagnoli, bits reversed

constexpr std::uint32_t times_x(std::uint32_t value) {
  return (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
}

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = times_x(value);
    table[byte] = value;
  }
  return table;
}

constexpr auto kTable = make_table();

std::uint32_t update_by_table(std::uint32_t state, std::string_view bytes) {
  for (const char c : bytes) {
    state = kTable[(state ^ static_cast<unsigned char>(c)) & 0xFF] ^ (state >> 8);
  }
  return state;
}

#if defined(__x86_64__)

// The instruction takes a word a cycle but answers three cycles later, so three lanes run side by side. Their
// states are put together by multiplying with x^(8 n), where n is the number of bytes behind a lane
// (Gopal et al., "Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction", Intel 2011).
constexpr std::size_t kLongLane = 2048;
constexpr std::size_t kShortLane = 128;

// x^(8 bytes - 33) mod P: 33 of the powers come from the multiplication without carry and the reduction.
constexpr std::uint32_t shift_factor(std::size_t bytes) {
  std::uint32_t value = 0x8000'0000;
  for (std::size_t bit = 33; bit < 8 * bytes; ++bit) value = times_x(value);
  return value;
}

__attribute__((target("sse4.2,pclmul"))) std::uint32_t shift(std::uint32_t state, std::uint32_t factor) {
  const __m128i product =
      _mm_clmulepi64_si128(_mm_cvtsi64_si128(state), _mm_cvtsi64_si128(static_cast<long long>(factor)), 0);
  return static_cast<std::uint32_t>(
      _mm_crc32_u64(0, static_cast<unsigned long long>(_mm_cvtsi128_si64(product))));
}

template <std::size_t kLane>
__attribute__((target("sse4.2,pclmul"))) std::uint32_t update_three_lanes(std::uint32_t state,
                                                                          std::string_view& bytes) {
  constexpr std::uint32_t kOneLane = shift_factor(kLane);
  constexpr std::uint32_t kTwoLanes = shift_factor(2 * kLane);
  while (bytes.size() >= 3 * kLane) {
    std::uint64_t first = state;
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (std::size_t i = 0; i < kLane; i += 8) {
      first = _mm_crc32_u64(first, load_le<std::uint64_t>(bytes, i));
      second = _mm_crc32_u64(second, load_le<std::uint64_t>(bytes, i + kLane));
      third = _mm_crc32_u64(third, load_le<std::uint64_t>(bytes, i + 2 * kLane));
    }
    state = shift(static_cast<std::uint32_t>(first), kTwoLanes) ^
            shift(static_cast<std::uint32_t>(second), kOneLane) ^ static_cast<std::uint32_t>(third);
    bytes.remove_prefix(3 * kLane);
  }
  return state;
}

__attribute__((target("sse4.2,pclmul"))) std::uint32_t update_by_instruction(std::uint32_t state,
                                                                             std::string_view bytes) {
  state = update_three_lanes<kLongLane>(state, bytes);
  state = update_three_lanes<kShortLane>(state, bytes);
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    state = static_cast<std::uint32_t>(_mm_crc32_u64(state, load_le<std::uint64_t>(bytes, 0)));
  }
  for (const char c : bytes) state = _mm_crc32_u8(state, static_cast<unsigned char>(c));
  return state;
}

const bool has_instruction = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");

std::uint32_t update(std::uint32_t state, std::string_view bytes) {
  return has_instruction ? update_by_instruction(state, bytes) : update_by_table(state, bytes);
}

#else

std::uint32_t update(std::uint32_t state, std::string_view bytes) {
  return update_by_table(state, bytes);
}

#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t before) {
  return ~update(~before, bytes);
}

std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before) {
  return ~update_by_table(~before, bytes);
}

}  // namespace millrace
