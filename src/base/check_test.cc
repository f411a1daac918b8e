#include "base/check.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(CheckDeathTest, BrokenInvariantEndsTheProcessAndNamesItself) {
  EXPECT_DEATH(MILLRACE_CHECK(1 + 1 == 3), "broken invariant at .*check_test.cc:[0-9]+: 1 \\+ 1 == 3");
}

TEST(Check, HoldingInvariantCostsOneEvaluation) {
  int evaluations = 0;
  MILLRACE_CHECK(++evaluations > 0);
  EXPECT_EQ(evaluations, 1);
}

}  // namespace
}  // namespace millrace
