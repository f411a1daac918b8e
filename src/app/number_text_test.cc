#include "app/number_text.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(NumberText, PutsACommaBeforeEveryThirdDigit) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1000), "1,000");
  EXPECT_EQ(with_commas(123'456), "123,456");
  EXPECT_EQ(with_commas(1'234'567), "1,234,567");
  EXPECT_EQ(with_commas(18'446'744'073'709'551'615u), "18,446,744,073,709,551,615");
}

TEST(NumberText, ReadsSizesWithTheirUnits) {
  EXPECT_EQ(parse_size("0"), 0u);
  EXPECT_EQ(parse_size("1500"), 1500u);
  EXPECT_EQ(parse_size("10GB"), 10'000'000'000u);
  EXPECT_EQ(parse_size("64 MiB"), 64u << 20);
  for (const char* wrong : {"", "GB", "10XB", "1.5GB", "-1", "10GB ", "99999999999TB"}) {
    EXPECT_EQ(parse_size(wrong), std::nullopt) << wrong;
  }
}

TEST(NumberText, WritesSizesForPeople) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(999), "999 B");
  EXPECT_EQ(size_text(1'500), "1.5 kB");
  EXPECT_EQ(size_text(999'960), "1.0 MB");
  EXPECT_EQ(size_text(10'000'000'000), "10.0 GB");
}

TEST(NumberText, ReadsBackDurationsAsItWritesThem) {
  for (const char* text : {"0s", "30s", "15m", "12h", "7d"}) {
    const auto seconds = parse_duration(text);
    ASSERT_TRUE(seconds) << text;
    EXPECT_EQ(duration_text(*seconds), text);
  }
  EXPECT_EQ(parse_duration("2w"), 14 * 86'400);
  EXPECT_EQ(duration_text(14 * 86'400), "14d");
  for (const char* wrong : {"", "soon", "7days", "-1d", "7"}) {
    EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace millrace
