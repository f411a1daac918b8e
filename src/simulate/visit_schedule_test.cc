#include "simulate/visit_schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace millrace {
namespace {

constexpr std::int64_t kHourMicros = 3'600'000'000;
constexpr std::int64_t kDayMicros = 24 * kHourMicros;

VisitSimulationOptions july() {
  return {.start = *parse_timestamp("2024-07-01")};
}

std::vector<Timestamp> all_times(const VisitSimulationOptions& options) {
  VisitSchedule schedule(options);
  std::vector<Timestamp> times;
  while (const auto time = schedule.next()) times.push_back(*time);
  EXPECT_EQ(times.size(), schedule.visits_total());
  return times;
}

std::map<std::int64_t, std::uint64_t> visits_by_day(const std::vector<Timestamp>& times) {
  std::map<std::int64_t, std::uint64_t> days;
  for (const Timestamp time : times) ++days[time.micros / kDayMicros];
  return days;
}

TEST(VisitSchedule, EachDayHas100To199Visits) {
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

TEST(VisitSchedule, TimesAreInOrder) {
  const auto times = all_times(july());
  EXPECT_TRUE(std::ranges::is_sorted(times));
}

TEST(VisitSchedule, TimesAreWholeSecondsWithinOpeningHours) {
  auto options = july();
  options.visits = 200'000;
  std::map<std::int64_t, int> hours;
  for (const Timestamp time : all_times(options)) {
    EXPECT_EQ(time.micros % 1'000'000, 0);
    ++hours[time.micros % kDayMicros / kHourMicros];
  }
  EXPECT_EQ(hours.size(), 13u);
  EXPECT_EQ(hours.begin()->first, 9);
  EXPECT_EQ(hours.rbegin()->first, 21);
  EXPECT_NEAR(hours[12], 20'000, 200);
  EXPECT_NEAR(hours[19], 24'000, 200);
}

TEST(VisitSchedule, AGivenTotalIsExactAndSharedOutOverAllDays) {
  for (const std::uint64_t visits : {1u, 59u, 60u, 61u, 7'001u, 100'003u}) {
    auto options = july();
    options.visits = visits;
    EXPECT_EQ(all_times(options).size(), visits);
  }
  auto options = july();
  options.visits = 100'003;
  EXPECT_EQ(visits_by_day(all_times(options)).size(), 60u);
}

TEST(VisitSchedule, TheTimeOfDayOfTheStartDoesNotMatter) {
  auto later = july();
  later.start.micros += 17 * kHourMicros + 1;
  EXPECT_EQ(all_times(later), all_times(july()));
}

TEST(VisitSchedule, ManyVisitsOnOneDayStayInOrder) {
  auto options = july();
  options.days = 1;
  options.visits = VisitSimulationOptions::kVisitsMax;
  VisitSchedule schedule(options);
  Timestamp last = options.start;
  for (int i = 0; i < 1000; ++i) {
    const auto time = schedule.next();
    ASSERT_TRUE(time);
    EXPECT_GE(*time, last);
    last = *time;
  }
}

TEST(VisitSchedule, OptionsOutOfRangeAreRefused) {
  const auto refused = [](auto change) {
    auto options = july();
    change(options);
    const Status status = check(options);
    return !status && status.error().code == ErrorCode::kInvalidArgument;
  };
  EXPECT_TRUE(check(july()));
  EXPECT_TRUE(refused([](auto& options) { options.days = 0; }));
  EXPECT_TRUE(refused([](auto& options) { options.days = VisitSimulationOptions::kDaysMax + 1; }));
  EXPECT_TRUE(refused([](auto& options) { options.visits = 0; }));
  EXPECT_TRUE(refused([](auto& options) { options.visits = VisitSimulationOptions::kVisitsMax + 1; }));
  EXPECT_TRUE(refused([](auto& options) { options.start.micros = -1; }));
  EXPECT_TRUE(refused([](auto& options) { options.start = *parse_timestamp("9999-12-01"); }));
}

}  // namespace
}  // namespace millrace
