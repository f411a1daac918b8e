#include "simulate/popularity.h"

#include "base/check.h"
#include "base/int128.h"

namespace millrace {

Popularity::Popularity(std::uint32_t count) : slots_(count) {
  MILLRACE_CHECK(count >= 1);
  std::uint64_t total = 0;
  for (std::uint32_t i = 0; i < count; ++i) total += zipf_weight(i);
  // Each slot holds `total`: what is over from the popular fills up the others.
  std::vector<std::uint64_t> left(count);
  std::vector<std::uint32_t> poor;
  std::vector<std::uint32_t> rich;
  for (std::uint32_t i = 0; i < count; ++i) {
    left[i] = zipf_weight(i) * count;
    (left[i] < total ? poor : rich).push_back(i);
  }
  while (!poor.empty() && !rich.empty()) {
    const std::uint32_t slot = poor.back();
    const std::uint32_t giver = rich.back();
    poor.pop_back();
    slots_[slot] = {static_cast<std::uint32_t>((static_cast<Uint128>(left[slot]) << 32) / total), giver};
    left[giver] -= total - left[slot];
    if (left[giver] >= total) continue;
    rich.pop_back();
    poor.push_back(giver);
  }
}

}  // namespace millrace
