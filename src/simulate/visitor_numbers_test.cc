#include "simulate/visitor_numbers.h"

#include <gtest/gtest.h>

#include <set>

namespace millrace {
namespace {

TEST(VisitorPermutation, PairsAreNeverEqual) {
  for (const std::uint64_t count : {1u, 2u, 3u, 1000u, 1024u, 9000u}) {
    const VisitorPermutation visitors(count, 1);
    std::set<VisitorNumbers> seen;
    for (std::uint64_t i = 0; i < count; ++i) {
      const VisitorNumbers numbers = visitors.at(i);
      EXPECT_LT(numbers.session, count);
      EXPECT_LT(numbers.user, count);
      EXPECT_TRUE(seen.insert(numbers).second);
    }
  }
}

// Of n draws from n numbers, a share of 1/e stays undrawn and as many are drawn once.
TEST(VisitorPermutation, EachNumberAloneRepeatsLikeRandomDraws) {
  constexpr std::uint64_t kCount = 100'000;
  const VisitorPermutation visitors(kCount, 7);
  std::set<std::uint64_t> sessions;
  std::set<std::uint64_t> users;
  for (std::uint64_t i = 0; i < kCount; ++i) {
    sessions.insert(visitors.at(i).session);
    users.insert(visitors.at(i).user);
  }
  EXPECT_NEAR(static_cast<double>(sessions.size()), 63'212, 1'000);
  EXPECT_NEAR(static_cast<double>(users.size()), 63'212, 1'000);
}

TEST(VisitorPermutation, SeedsGiveOtherVisitors) {
  EXPECT_NE(VisitorPermutation(9000, 1).at(0), VisitorPermutation(9000, 2).at(0));
}

}  // namespace
}  // namespace millrace
