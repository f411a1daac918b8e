#include "simulate/live_times.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/limits.h"

namespace millrace {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr Timestamp kStart{1'700'000'000'123'456};

LiveTimes times_of(std::uint64_t per_minute, std::vector<Burst> bursts = {}, std::uint64_t seed = 1) {
  return LiveTimes({per_minute * 100, std::move(bursts)}, kStart, seed, 7);
}

std::vector<std::int64_t> micros_before(LiveTimes& times, std::int64_t end) {
  std::vector<std::int64_t> all;
  while (times.peek()->micros < kStart.micros + end) all.push_back(times.next()->micros - kStart.micros);
  return all;
}

std::int64_t count_between(const std::vector<std::int64_t>& all, std::int64_t from, std::int64_t to) {
  return std::ranges::count_if(all, [&](std::int64_t micros) { return micros >= from && micros < to; });
}

TEST(LiveTimes, AreAsManyAsAskedInEveryStretch) {
  for (const std::uint64_t per_minute : {1u, 7u, 60u, 1000u, 60'000u}) {
    LiveTimes times = times_of(per_minute);
    const auto all = micros_before(times, 10 * kMinute);
    EXPECT_EQ(all.size(), 10 * per_minute);
    EXPECT_TRUE(std::ranges::is_sorted(all));
    for (std::int64_t second = 0; second < 600; second += 13) {
      const double expected = static_cast<double>(per_minute) / 60;
      EXPECT_NEAR(static_cast<double>(count_between(all, second * kSecond, (second + 1) * kSecond)), expected,
                  2);
    }
  }
}

TEST(LiveTimes, AreTheSameDistancesApartForOneSeedAndOthersForAnother) {
  LiveTimes first = times_of(600);
  LiveTimes same = times_of(600);
  LiveTimes other = times_of(600, {}, 2);
  const auto all = micros_before(first, kMinute);
  EXPECT_EQ(all, micros_before(same, kMinute));
  EXPECT_NE(all, micros_before(other, kMinute));
  std::set<std::int64_t> distances;
  for (std::size_t i = 1; i < all.size(); ++i) distances.insert(all[i] - all[i - 1]);
  EXPECT_GT(distances.size(), 500u);
}

TEST(LiveTimes, ABurstMultipliesTheRateForItsTimeOnly) {
  LiveTimes times = times_of(600, {{.after_micros = 2 * kMinute, .for_micros = 30 * kSecond, .times = 20}});
  const auto all = micros_before(times, 5 * kMinute);
  EXPECT_EQ(count_between(all, 0, 2 * kMinute), 1200);
  EXPECT_EQ(count_between(all, 2 * kMinute, 2 * kMinute + 30 * kSecond), 6000);
  EXPECT_EQ(count_between(all, 2 * kMinute + 30 * kSecond, 5 * kMinute), 1500);
  EXPECT_EQ(count_between(all, 2 * kMinute + 10 * kSecond, 2 * kMinute + 11 * kSecond), 200);
}

TEST(LiveTimes, ABurstMayBeginAtOnceAndAnotherWhereItEnds) {
  LiveTimes times = times_of(60, {{.after_micros = kMinute, .for_micros = kMinute, .times = 3},
                                  {.after_micros = 0, .for_micros = kMinute, .times = 2}});
  const auto all = micros_before(times, 3 * kMinute);
  EXPECT_EQ(count_between(all, 0, kMinute), 120);
  EXPECT_EQ(count_between(all, kMinute, 2 * kMinute), 180);
  EXPECT_EQ(count_between(all, 2 * kMinute, 3 * kMinute), 60);
}

TEST(LiveTimes, SkippingLeavesOutThoseBeforeAndNoOther) {
  LiveTimes whole = times_of(6000, {{.after_micros = kMinute, .for_micros = kMinute, .times = 5}});
  const auto all = micros_before(whole, 4 * kMinute);
  for (const std::int64_t until : {std::int64_t{1}, 17 * kSecond, kMinute + 333, 3 * kMinute}) {
    LiveTimes times = times_of(6000, {{.after_micros = kMinute, .for_micros = kMinute, .times = 5}});
    const auto skipped = static_cast<std::int64_t>(times.skip_until({kStart.micros + until}));
    EXPECT_EQ(skipped, count_between(all, 0, until));
    EXPECT_EQ(times.skip_until({kStart.micros + until}), 0u);
    EXPECT_TRUE(
        std::ranges::equal(micros_before(times, 4 * kMinute), std::vector(all.begin() + skipped, all.end())));
  }
}

TEST(LiveTimes, SkippingBackwardsLeavesOutNothing) {
  LiveTimes times = times_of(600);
  micros_before(times, kMinute);
  EXPECT_EQ(times.skip_until(kStart), 0u);
  EXPECT_EQ(times.skip_until({kStart.micros + kSecond}), 0u);
}

TEST(LiveTimes, TheHighestRateAndTheLongestRunCanBeCounted) {
  const Burst burst{.after_micros = 0, .for_micros = kLiveMicrosMax, .times = kLiveBurstTimesMax};
  LiveTimes times({kLiveVisitsPerMinuteMax * 600, {burst}}, kStart, 1, 7);
  EXPECT_LT(times.peek()->micros, kStart.micros + 2);
  times.skip_until({kStart.micros + kLiveMicrosMax});
  EXPECT_FALSE(times.peek().has_value());
  EXPECT_FALSE(times.next().has_value());
}

TEST(CheckBursts, RefusesWhatOverlapsAndWhatIsOutOfRange) {
  EXPECT_TRUE(check_bursts({}).has_value());
  EXPECT_TRUE(check_bursts({{0, kSecond, 2}, {kSecond, kSecond, 3}}).has_value());
  EXPECT_FALSE(check_bursts({{0, kSecond, 2}, {kSecond - 1, kSecond, 3}}).has_value());
  EXPECT_FALSE(check_bursts({{5 * kSecond, kSecond, 2}, {0, 6 * kSecond, 3}}).has_value());
  EXPECT_FALSE(check_bursts({{0, 0, 2}}).has_value());
  EXPECT_FALSE(check_bursts({{-1, kSecond, 2}}).has_value());
  EXPECT_FALSE(check_bursts({{0, kSecond, 0}}).has_value());
  EXPECT_FALSE(check_bursts({{0, kSecond, kLiveBurstTimesMax + 1}}).has_value());
  EXPECT_FALSE(check_bursts({{kLiveMicrosMax, kSecond, 2}}).has_value());
  EXPECT_FALSE(check_bursts(std::vector<Burst>(kLiveBurstsMax + 1, Burst{0, 1, 1})).has_value());
}

}  // namespace
}  // namespace millrace
