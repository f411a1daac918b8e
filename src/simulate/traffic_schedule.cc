#include "simulate/traffic_schedule.h"

#include <numeric>
#include <utility>

#include "base/check.h"
#include "base/int128.h"
#include "simulate/random_streams.h"

namespace millrace {
namespace {

constexpr std::int64_t kSecondMicros = 1'000'000;
constexpr std::int64_t kHourMicros = 3600 * kSecondMicros;
constexpr std::int64_t kDayMicros = 24 * kHourMicros;

// Percent of a day in each of its hours.
constexpr std::array<std::uint32_t, 24> kOpeningHourShares = {0,  0, 0, 0, 0, 0, 0,  0,  0, 4, 6, 8,
                                                              10, 9, 7, 7, 7, 8, 10, 12, 8, 4, 0, 0};
constexpr std::array<std::uint32_t, 24> kClockHourShares = {2, 1, 1, 1, 1, 1, 2, 3, 4, 5, 5, 5,
                                                            6, 5, 5, 5, 5, 6, 7, 8, 8, 7, 4, 3};
static_assert(std::accumulate(kOpeningHourShares.begin(), kOpeningHourShares.end(), 0u) == 100);
static_assert(std::accumulate(kClockHourShares.begin(), kClockHourShares.end(), 0u) == 100);

// From Monday on.
constexpr std::array<std::uint32_t, 7> kWeekdayPercents = {88, 90, 94, 98, 108, 122, 116};
constexpr std::int64_t kWeekdayOf1970 = 3;  // a Thursday

// A place in the day's traffic, from 0 at its first to kDayShare at its end.
constexpr unsigned kDayShareBits = 28;
constexpr std::uint64_t kDayShare = std::uint64_t{1} << kDayShareBits;
static_assert(kSimulatedRecordsMax < (std::uint64_t{1} << (63 - kDayShareBits)));

}  // namespace

TrafficSchedule::TrafficSchedule(const WorldOptions& options, const Campaigns& campaigns, Rhythm rhythm,
                                 std::uint64_t stream, std::optional<std::uint64_t> total)
    : campaigns_(campaigns),
      rhythm_(rhythm),
      random_(options.seed, random_stream::kDays),
      midnight_micros_(options.start.micros / kDayMicros * kDayMicros) {
  MILLRACE_CHECK(check(options).has_value());
  day_weights_.reserve(static_cast<std::size_t>(options.days));
  for (int day = 0; day < options.days; ++day) {
    day_weights_.push_back(draw_weight(midnight_micros_ + day * kDayMicros));
    weight_total_ += day_weights_.back();
  }
  // The lab's times have always been drawn behind the weights.
  if (rhythm == Rhythm::kRoundTheClock) random_ = Random(options.seed, stream);
  total_ = total.value_or(weight_total_ / 100);
  begin_day();
}

std::uint64_t TrafficSchedule::draw_weight(std::int64_t midnight_micros) {
  const Hours hours = hours_of(midnight_micros);
  const std::uint64_t base = 100 + random_.below(100);
  const std::uint64_t weight = base * std::accumulate(hours.begin(), hours.end(), std::uint64_t{0});
  if (rhythm_ == Rhythm::kOpeningHours) return weight;
  return weight *
         kWeekdayPercents[static_cast<std::size_t>((midnight_micros / kDayMicros + kWeekdayOf1970) % 7)];
}

TrafficSchedule::Hours TrafficSchedule::hours_of(std::int64_t midnight_micros) const {
  Hours hours = rhythm_ == Rhythm::kOpeningHours ? kOpeningHourShares : kClockHourShares;
  if (campaigns_.all().empty()) return hours;
  for (std::size_t hour = 0; hour < hours.size(); ++hour) {
    const std::int64_t micros = midnight_micros + static_cast<std::int64_t>(hour) * kHourMicros;
    if (const Campaign* campaign = campaigns_.at({micros})) hours[hour] *= campaign->boost;
  }
  return hours;
}

std::optional<Timestamp> TrafficSchedule::next() {
  if (!peeked_) return draw();
  return std::exchange(peeked_, std::nullopt);
}

std::optional<Timestamp> TrafficSchedule::peek() {
  if (!peeked_) peeked_ = draw();
  return peeked_;
}

std::optional<Timestamp> TrafficSchedule::draw() {
  while (place_in_day_ == count_of_day_) {
    if (day_ + 1 == day_weights_.size()) return std::nullopt;
    weight_before_ += day_weights_[day_];
    midnight_micros_ += kDayMicros;
    ++day_;
    begin_day();
  }
  // Each has its own equal part of the day's traffic and falls anywhere in it: in order without sorting.
  const std::uint64_t place = (place_in_day_ << kDayShareBits) + random_.below(kDayShare);
  const std::int64_t micros = micros_of_day(place / count_of_day_);
  ++place_in_day_;
  return Timestamp{midnight_micros_ + micros};
}

void TrafficSchedule::begin_day() {
  hours_ = hours_of(midnight_micros_);
  hours_total_ = std::accumulate(hours_.begin(), hours_.end(), std::uint64_t{0});
  count_of_day_ = count_before(weight_before_ + day_weights_[day_]) - count_before(weight_before_);
  place_in_day_ = 0;
}

std::uint64_t TrafficSchedule::count_before(std::uint64_t weight) const {
  return static_cast<std::uint64_t>(static_cast<Uint128>(total_) * weight / weight_total_);
}

std::int64_t TrafficSchedule::micros_of_day(std::uint64_t share) const {
  std::uint64_t left = share * hours_total_;
  std::int64_t hour = 0;
  for (const std::uint32_t hour_share : hours_) {
    const std::uint64_t width = hour_share * kDayShare;
    if (left < width) {
      const std::uint64_t seconds = left * 3600 / width;
      const std::uint64_t rest = left * 3600 - seconds * width;
      return hour * kHourMicros + static_cast<std::int64_t>(seconds * 1'000'000 + rest * 1'000'000 / width);
    }
    left -= width;
    ++hour;
  }
  return kDayMicros - kSecondMicros;
}

}  // namespace millrace
