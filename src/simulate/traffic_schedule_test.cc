#include "simulate/traffic_schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

namespace millrace {
namespace {

constexpr std::int64_t kHourMicros = 3'600'000'000;
constexpr std::int64_t kDayMicros = 24 * kHourMicros;

WorldOptions july() {
  return {.start = *parse_timestamp("2024-07-01")};
}

std::vector<Timestamp> all_times(const WorldOptions& options) {
  const Campaigns campaigns(options);
  TrafficSchedule schedule(options, campaigns, Rhythm::kOpeningHours, 0, options.visits);
  std::vector<Timestamp> times;
  while (const auto time = schedule.next()) times.push_back(*time);
  EXPECT_EQ(times.size(), schedule.total());
  return times;
}

std::map<std::int64_t, std::uint64_t> visits_by_day(const std::vector<Timestamp>& times) {
  std::map<std::int64_t, std::uint64_t> days;
  for (const Timestamp time : times) ++days[time.micros / kDayMicros];
  return days;
}

TEST(OpeningHours, EachDayHas100To199Visits) {
  auto options = july();
  options.days = 365;
  const auto days = visits_by_day(all_times(options));
  EXPECT_EQ(days.size(), 365u);
  std::uint64_t fewest = 1000;
  std::uint64_t most = 0;
  for (const auto& [day, visits] : days) {
    fewest = std::min(fewest, visits);
    most = std::max(most, visits);
  }
  EXPECT_GE(fewest, 100u);
  EXPECT_LE(most, 199u);
  EXPECT_LT(fewest, 110u);
  EXPECT_GT(most, 190u);
}

TEST(OpeningHours, TimesAreInOrder) {
  const auto times = all_times(july());
  EXPECT_TRUE(std::ranges::is_sorted(times));
}

TEST(OpeningHours, TimesAreWithinOpeningHours) {
  auto options = july();
  options.visits = 200'000;
  std::map<std::int64_t, int> hours;
  for (const Timestamp time : all_times(options)) {
    ++hours[time.micros % kDayMicros / kHourMicros];
  }
  EXPECT_EQ(hours.size(), 13u);
  EXPECT_EQ(hours.begin()->first, 9);
  EXPECT_EQ(hours.rbegin()->first, 21);
  EXPECT_NEAR(hours[12], 20'000, 200);
  EXPECT_NEAR(hours[19], 24'000, 200);
}

TEST(OpeningHours, AGivenTotalIsExactAndSharedOutOverAllDays) {
  for (const std::uint64_t visits : {1u, 59u, 60u, 61u, 7'001u, 100'003u}) {
    auto options = july();
    options.visits = visits;
    EXPECT_EQ(all_times(options).size(), visits);
  }
  auto options = july();
  options.visits = 100'003;
  EXPECT_EQ(visits_by_day(all_times(options)).size(), 60u);
}

TEST(OpeningHours, TheTimeOfDayOfTheStartDoesNotMatter) {
  auto later = july();
  later.start.micros += 17 * kHourMicros + 1;
  EXPECT_EQ(all_times(later), all_times(july()));
}

TEST(OpeningHours, ManyVisitsOnOneDayStayInOrder) {
  auto options = july();
  options.days = 1;
  options.visits = kSimulatedRecordsMax;
  const Campaigns campaigns(options);
  TrafficSchedule schedule(options, campaigns, Rhythm::kOpeningHours, 0, options.visits);
  Timestamp last = options.start;
  for (int i = 0; i < 1000; ++i) {
    const auto time = schedule.next();
    ASSERT_TRUE(time);
    EXPECT_GE(*time, last);
    last = *time;
  }
}

std::vector<Timestamp> clock_times(const WorldOptions& options, std::uint64_t total) {
  const Campaigns campaigns(options);
  TrafficSchedule schedule(options, campaigns, Rhythm::kRoundTheClock, 99, total);
  std::vector<Timestamp> times;
  while (const auto time = schedule.next()) times.push_back(*time);
  EXPECT_EQ(times.size(), total);
  EXPECT_TRUE(std::ranges::is_sorted(times));
  return times;
}

TEST(RoundTheClock, NightsAreQuietAndEveningsBusy) {
  std::map<std::int64_t, int> hours;
  for (const Timestamp time : clock_times(july(), 100'000)) ++hours[time.micros % kDayMicros / kHourMicros];
  EXPECT_EQ(hours.size(), 24u);
  EXPECT_NEAR(hours[3], 1'000, 150);
  EXPECT_NEAR(hours[20], 8'000, 400);
}

TEST(RoundTheClock, WeekendsAreBusier) {
  auto options = july();  // a Monday
  options.days = 700;
  std::array<int, 7> weekdays{};
  for (const Timestamp time : clock_times(options, 700'000)) {
    ++weekdays[static_cast<std::size_t>((time.micros - options.start.micros) / kDayMicros % 7)];
  }
  EXPECT_GT(weekdays[5], weekdays[0] * 5 / 4);
  EXPECT_GT(weekdays[6], weekdays[1] * 6 / 5);
}

TEST(RoundTheClock, ATotalOfNothingIsNothing) {
  EXPECT_TRUE(clock_times(july(), 0).empty());
}

TEST(CampaignTraffic, IsRaisedInItsHours) {
  auto options = july();
  options.campaigns = 1;
  const Campaigns campaigns(options);
  const Campaign& campaign = campaigns.all().front();
  EXPECT_EQ(campaigns.at(campaign.start), &campaign);
  EXPECT_EQ(campaigns.at({campaign.start.micros - 1}), nullptr);
  EXPECT_EQ(campaigns.at(campaign.end()), nullptr);
  const auto during = [&](const std::vector<Timestamp>& times) {
    return std::ranges::count_if(times, [&](Timestamp time) { return campaigns.at(time) == &campaign; });
  };
  const double raised = static_cast<double>(during(clock_times(options, 200'000)));
  const double plain = static_cast<double>(during(clock_times(july(), 200'000)));
  EXPECT_GT(raised, plain * (campaign.boost - 0.8));
  EXPECT_LT(raised, plain * (campaign.boost + 0.2));
  EXPECT_GT(all_times(options).size(), all_times(july()).size()) << "visits come on top";
}

TEST(OpeningHours, OptionsOutOfRangeAreRefused) {
  const auto refused = [](auto change) {
    auto options = july();
    change(options);
    const Status status = check(options);
    return !status && status.error().code == ErrorCode::kInvalidArgument;
  };
  EXPECT_TRUE(check(july()));
  EXPECT_TRUE(refused([](auto& options) { options.days = 0; }));
  EXPECT_TRUE(refused([](auto& options) { options.days = kSimulatedDaysMax + 1; }));
  EXPECT_TRUE(refused([](auto& options) { options.visits = 0; }));
  EXPECT_TRUE(refused([](auto& options) { options.visits = kSimulatedRecordsMax + 1; }));
  EXPECT_TRUE(refused([](auto& options) { options.start.micros = -1; }));
  EXPECT_TRUE(refused([](auto& options) { options.start = *parse_timestamp("9999-12-01"); }));
}

}  // namespace
}  // namespace millrace
