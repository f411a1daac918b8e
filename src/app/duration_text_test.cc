#include "app/duration_text.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(ParseDuration, ReadsEachUnitAndSeveralTogether) {
  EXPECT_EQ(parse_duration("500ms"), 500'000);
  EXPECT_EQ(parse_duration("30s"), 30'000'000);
  EXPECT_EQ(parse_duration("10m"), 600'000'000);
  EXPECT_EQ(parse_duration("2h"), 7'200'000'000);
  EXPECT_EQ(parse_duration("7d"), 604'800'000'000);
  EXPECT_EQ(parse_duration("1h30m"), 5'400'000'000);
  EXPECT_EQ(parse_duration("0s"), 0);
}

TEST(ParseDuration, RefusesWhatIsNone) {
  for (const std::string_view text : {"", "10", "m", "-5s", "5 s", "1.5h", "3w", "10m5",
                                      "99999999999999999999s", "999999999999999d", "36500d1s"}) {
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace millrace
