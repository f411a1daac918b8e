// How often each of many is chosen: after Zipf's law, the second half as often as the first, the third a
// third.
#pragma once

#include <cstdint>
#include <vector>

#include "simulate/random.h"

namespace millrace {

// Draws in constant time from an alias table (Walker, 1977, built by Vose's method, 1991), in integers only.
// Memory: 8 bytes for each. Immutable: safe to share between threads.
class Popularity {
 public:
  explicit Popularity(std::uint32_t count);  // at least 1

  std::uint32_t count() const { return static_cast<std::uint32_t>(slots_.size()); }

  // 0, the most popular, to count - 1.
  std::uint32_t draw(Random& random) const {
    const std::uint64_t bits = random.next();
    const auto slot = static_cast<std::uint32_t>(((bits >> 32) * slots_.size()) >> 32);
    return static_cast<std::uint32_t>(bits) <= slots_[slot].own_share ? slot : slots_[slot].other;
  }

 private:
  struct Slot {
    std::uint32_t own_share = UINT32_MAX;  // of 2^32: how often a draw of this slot is meant for itself
    std::uint32_t other = 0;               // else
  };
  std::vector<Slot> slots_;
};

// The weight of the one at this place: popularity as a number, for sums.
constexpr std::uint64_t zipf_weight(std::uint32_t place) {
  return (std::uint64_t{1} << 32) / (std::uint64_t{place} + 1);
}

}  // namespace millrace
