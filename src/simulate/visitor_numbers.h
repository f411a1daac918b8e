// Who comes: pairs of a session number and a user number that look drawn at random, so that either repeats,
// and of which no two are the same.
#pragma once

#include <array>
#include <cstdint>

namespace millrace {

struct VisitorNumbers {
  std::uint64_t session = 0;
  std::uint64_t user = 0;

  friend auto operator<=>(const VisitorNumbers&, const VisitorNumbers&) = default;
};

// A permutation of all pairs of numbers below `count`: a Feistel network (Luby and Rackoff, 1988) over the
// next power of two, applied again while its result is out of range (Black and Rogaway's cycle walking,
// 2002). Needs no memory of what it gave out.
class VisitorPermutation {
 public:
  // count: 1 to 2^40.
  VisitorPermutation(std::uint64_t count, std::uint64_t seed);

  std::uint64_t count() const { return count_; }

  // The pair of the visit with this index, below count: another for each.
  VisitorNumbers at(std::uint64_t index) const;

 private:
  VisitorNumbers permute(VisitorNumbers pair) const;

  std::uint64_t count_;
  std::uint64_t mask_;
  std::array<std::uint64_t, 4> round_keys_;
};

}  // namespace millrace
