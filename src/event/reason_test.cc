#include "event/reason.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace millrace {
namespace {

TEST(Reason, EveryReasonHasItsOwnCode) {
  std::set<std::string_view> codes;
  for (const Reason reason : kAllReasons) codes.insert(code(reason));
  EXPECT_EQ(codes.size(), kAllReasons.size());
  EXPECT_FALSE(codes.contains("unknown"));
}

TEST(Reason, TheListHoldsAllOfThem) {
  EXPECT_EQ(kAllReasons.size(), static_cast<std::size_t>(Reason::kHeaderChanged) + 1);
  EXPECT_EQ(std::set(kAllReasons.begin(), kAllReasons.end()).size(), kAllReasons.size());
}

TEST(Reason, CodesAreSnakeCaseForMetricsAndCommandLines) {
  for (const Reason reason : kAllReasons) {
    EXPECT_TRUE(std::ranges::all_of(code(reason), [](char c) {
      return (c >= 'a' && c <= 'z') || c == '_' || c == '8';
    })) << code(reason);
  }
}

}  // namespace
}  // namespace millrace
