#include "simulate/visit_schedule.h"

#include <fmt/format.h>

#include <array>

#include "base/check.h"
#include "base/int128.h"

namespace millrace {
namespace {

constexpr std::uint64_t kScheduleStream = 0;
constexpr std::int64_t kDayMicros = 86'400'000'000;
constexpr std::int64_t kSecondMicros = 1'000'000;
constexpr std::int64_t kEndMicros = 253'402'300'800 * kSecondMicros;  // 10000-01-01

constexpr std::int64_t kOpeningHour = 9;
// Percent of a day's visits in each hour from then on.
constexpr std::array<std::uint32_t, 13> kHourShares = {4, 6, 8, 10, 9, 7, 7, 7, 8, 10, 12, 8, 4};

// A place in the day's visits, from 0 at its first to kDayShare at its end.
constexpr unsigned kDayShareBits = 28;
constexpr std::uint64_t kDayShare = std::uint64_t{1} << kDayShareBits;
static_assert(VisitSimulationOptions::kVisitsMax < (std::uint64_t{1} << (63 - kDayShareBits)));

std::int64_t seconds_of_day(std::uint64_t share) {
  std::uint64_t left = share * 100;
  std::int64_t hour = kOpeningHour;
  for (const std::uint32_t hour_share : kHourShares) {
    const std::uint64_t width = hour_share * kDayShare;
    if (left < width) return hour * 3600 + static_cast<std::int64_t>(left * 3600 / width);
    left -= width;
    ++hour;
  }
  return hour * 3600 - 1;
}

}  // namespace

Status check(const VisitSimulationOptions& options) {
  if (options.days < 1 || options.days > VisitSimulationOptions::kDaysMax) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} days: expected 1 to {}", options.days, VisitSimulationOptions::kDaysMax));
  }
  if (options.visits && (*options.visits < 1 || *options.visits > VisitSimulationOptions::kVisitsMax)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} visits: expected 1 to {}", *options.visits,
                                                         VisitSimulationOptions::kVisitsMax));
  }
  if (options.start.micros < 0 || options.start.micros >= kEndMicros - options.days * kDayMicros) {
    return fail(ErrorCode::kInvalidArgument, "the simulated days must be in the years 1970 to 9999");
  }
  return {};
}

VisitSchedule::VisitSchedule(const VisitSimulationOptions& options)
    : random_(options.seed, kScheduleStream),
      midnight_micros_(options.start.micros / kDayMicros * kDayMicros) {
  MILLRACE_CHECK(check(options).has_value());
  day_weights_.reserve(static_cast<std::size_t>(options.days));
  for (int day = 0; day < options.days; ++day) {
    day_weights_.push_back(100 + random_.below(100));
    weight_total_ += day_weights_.back();
  }
  visits_total_ = options.visits.value_or(weight_total_);
  begin_day();
}

std::optional<Timestamp> VisitSchedule::next() {
  while (visit_of_day_ == visits_of_day_) {
    if (day_ + 1 == day_weights_.size()) return std::nullopt;
    weight_before_ += day_weights_[day_];
    midnight_micros_ += kDayMicros;
    ++day_;
    begin_day();
  }
  // Each visit has its own equal part of the day's traffic and falls anywhere in it: in order without
  // sorting.
  const std::uint64_t place = (visit_of_day_ << kDayShareBits) + random_.below(kDayShare);
  const std::int64_t seconds = seconds_of_day(place / visits_of_day_);
  ++visit_of_day_;
  return Timestamp{midnight_micros_ + seconds * kSecondMicros};
}

void VisitSchedule::begin_day() {
  visits_of_day_ = visits_before(weight_before_ + day_weights_[day_]) - visits_before(weight_before_);
  visit_of_day_ = 0;
}

std::uint64_t VisitSchedule::visits_before(std::uint64_t weight) const {
  return static_cast<std::uint64_t>(static_cast<Uint128>(visits_total_) * weight / weight_total_);
}

}  // namespace millrace
