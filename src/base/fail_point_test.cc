#include "base/fail_point.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>

namespace millrace {
namespace {

// The variable is read when the process starts: each of these starts this test again.
class FailPointTest : public testing::Test {
 protected:
  FailPointTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
  ~FailPointTest() override { ::unsetenv("MILLRACE_FAIL_POINT"); }

  static void choose(const std::string& plan) { ::setenv("MILLRACE_FAIL_POINT", plan.c_str(), 1); }

  static void pass_all() {
    for (const FailPoint point : all_fail_points()) pass(point);
  }
};

TEST_F(FailPointTest, EveryPlaceHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (const FailPoint point : all_fail_points()) names.insert(name(point));
  EXPECT_EQ(names.size(), all_fail_points().size());
  EXPECT_FALSE(names.contains(""));
}

TEST_F(FailPointTest, NothingEndsWithoutAPlan) {
  pass_all();
}

TEST_F(FailPointTest, EveryPlaceEndsTheProcessAsAKillWould) {
  for (const FailPoint point : all_fail_points()) {
    choose(std::string(name(point)));
    EXPECT_EXIT(pass_all(), testing::ExitedWithCode(137), "");
  }
}

TEST_F(FailPointTest, PlaceCanBePassedBeforeItEndsTheProcess) {
  choose("log_before_roll:3");
  EXPECT_EXIT(
      {
        pass_all();
        pass_all();
        std::fputs("twice", stderr);
        pass_all();
      },
      testing::ExitedWithCode(137), "twice");
}

TEST_F(FailPointTest, UnknownPlaceIsRefusedAtStart) {
  for (const char* plan : {"nowhere", "log_before_roll:", "log_before_roll:0", "log_before_roll:x"}) {
    choose(plan);
    EXPECT_EXIT(pass_all(), testing::ExitedWithCode(2), "names no fail point");
  }
}

}  // namespace
}  // namespace millrace
