// Random numbers that are the same on every machine: the standard library's distributions promise no such
// thing.
//
// SplitMix64, from Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
#pragma once

#include <cstdint>

namespace millrace {

// The output function of SplitMix64: every bit of the result depends on every bit of `value`.
constexpr std::uint64_t scramble(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

// Not thread-safe, and not for secrets.
class Random {
 public:
  // Streams of the same seed have nothing to do with each other.
  Random(std::uint64_t seed, std::uint64_t stream) : state_(scramble(scramble(seed) + stream)) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    return scramble(state_);
  }

  // 0 to bound - 1. A value is likelier than another by less than bound / 2^32.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }

  bool coin() { return below(2) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace millrace
