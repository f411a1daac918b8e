#include "query/time_buckets.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

constexpr std::int64_t kMinute = 60'000'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

TEST(TimeBuckets, AreAsCoarseAsFourteenPointsAllow) {
  EXPECT_EQ(bucket_seconds_for(kMinute), 60);
  EXPECT_EQ(bucket_seconds_for(2 * kHour), 300);
  EXPECT_EQ(bucket_seconds_for(6 * kHour), 900);
  EXPECT_EQ(bucket_seconds_for(kDay), 3'600);
  EXPECT_EQ(bucket_seconds_for(7 * kDay), 21'600);
  EXPECT_EQ(bucket_seconds_for(30 * kDay), 86'400);
  EXPECT_EQ(bucket_seconds_for(365 * kDay), 7 * 86'400);
  EXPECT_EQ(bucket_seconds_for(3 * 365 * kDay), 30 * 86'400);
}

TEST(TimeBuckets, NeverGiveMoreThan122PointsInTenYears) {
  for (std::int64_t length = 14 * kMinute; length < 3'650 * kDay; length += length / 50 + kMinute) {
    const std::int64_t points = bucket_count({{0}, {length}}, bucket_seconds_for(length));
    ASSERT_GE(points, 14) << length;
    ASSERT_LE(points, 122) << length;
  }
}

TEST(TimeBuckets, StartAtWholeHoursDaysAndMondays) {
  const Timestamp time = *parse_timestamp("2024-07-03T13:45:59.5Z");
  EXPECT_EQ(format_timestamp(bucket_start(time, 900)), "2024-07-03T13:45:00Z");
  EXPECT_EQ(format_timestamp(bucket_start(time, 21'600)), "2024-07-03T12:00:00Z");
  EXPECT_EQ(format_timestamp(bucket_start(time, 86'400)), "2024-07-03T00:00:00Z");
  EXPECT_EQ(format_timestamp(bucket_start(time, 7 * 86'400)), "2024-07-01T00:00:00Z");
  EXPECT_EQ(format_timestamp(bucket_start({-1}, 86'400)), "1969-12-31T00:00:00Z");
}

TEST(TimeBuckets, CountACutLastOne) {
  EXPECT_EQ(bucket_count({{0}, {kHour}}, 900), 4);
  EXPECT_EQ(bucket_count({{0}, {kHour + 1}}, 900), 5);
  EXPECT_EQ(bucket_count({{0}, {0}}, 900), 0);
}

}  // namespace
}  // namespace millrace
