#include "simulate/visitor_numbers.h"

#include <bit>

#include "base/check.h"
#include "simulate/random.h"
#include "simulate/random_streams.h"

namespace millrace {
VisitorPermutation::VisitorPermutation(std::uint64_t count, std::uint64_t seed) : count_(count) {
  MILLRACE_CHECK(count >= 1 && count <= (std::uint64_t{1} << 40));
  mask_ = std::bit_ceil(count) - 1;
  Random keys(seed, random_stream::kVisitors);
  for (std::uint64_t& key : round_keys_) key = keys.next();
}

VisitorNumbers VisitorPermutation::at(std::uint64_t index) const {
  MILLRACE_CHECK(index < count_);
  VisitorNumbers pair{0, index};
  do {
    pair = permute(pair);
  } while (pair.session >= count_ || pair.user >= count_);
  return pair;
}

VisitorNumbers VisitorPermutation::permute(VisitorNumbers pair) const {
  for (const std::uint64_t key : round_keys_) {
    pair = {pair.user, pair.session ^ (scramble(pair.user + key) & mask_)};
  }
  return pair;
}

}  // namespace millrace
