#include "base/clock.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(ManualClock, TellsTheTimeThatWasSet) {
  ManualClock clock({5});
  EXPECT_EQ(clock.now(), Timestamp{5});
  clock.set({3});
  EXPECT_EQ(clock.now(), Timestamp{3});
}

TEST(SystemClock, TellsMicrosecondsSince1970) {
  const Timestamp now = SystemClock().now();
  EXPECT_GT(now, *parse_timestamp("2024-01-01"));
  EXPECT_LT(now, *parse_timestamp("2200-01-01"));
}

}  // namespace
}  // namespace millrace
