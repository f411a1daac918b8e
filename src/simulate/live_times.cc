#include "simulate/live_times.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "simulate/random.h"

namespace millrace {
namespace {

constexpr std::uint64_t kPart = 100 * 60 * std::uint64_t{1'000'000};  // a hundred minutes in microseconds

std::vector<Burst> in_order(std::vector<Burst> bursts) {
  std::ranges::sort(bursts, {}, &Burst::after_micros);
  return bursts;
}

Status check(const Burst& burst) {
  const bool is_sound = burst.after_micros >= 0 && burst.for_micros > 0 &&
                        burst.after_micros <= kLiveMicrosMax - burst.for_micros && burst.times >= 1 &&
                        burst.times <= kLiveBurstTimesMax;
  if (is_sound) return {};
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("a burst has a length and 1 to {} times the traffic", kLiveBurstTimesMax));
}

}  // namespace

Status check_bursts(const std::vector<Burst>& bursts) {
  if (bursts.size() > kLiveBurstsMax) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("more than {} bursts", kLiveBurstsMax));
  }
  std::int64_t end = 0;
  for (const Burst& burst : in_order(bursts)) {
    MILLRACE_TRY(check(burst));
    if (burst.after_micros < end) {
      return fail(ErrorCode::kInvalidArgument,
                  "two bursts overlap: give one that starts when the other ends");
    }
    end = burst.after_micros + burst.for_micros;
  }
  return {};
}

LiveTimes::LiveTimes(const LiveRate& rate, Timestamp start, std::uint64_t seed, std::uint64_t stream)
    : start_(start), jitter_seed_(Random(seed, stream).next()) {
  MILLRACE_CHECK(rate.per_hundred_minutes > 0 && check_bursts(rate.bursts).has_value());
  add_stretch(0, rate.per_hundred_minutes);
  for (const Burst& burst : in_order(rate.bursts)) {
    add_stretch(burst.after_micros, rate.per_hundred_minutes * burst.times);
    add_stretch(burst.after_micros + burst.for_micros, rate.per_hundred_minutes);
  }
}

std::optional<Timestamp> LiveTimes::next() {
  const auto time = peek();
  if (time) ++number_;
  return time;
}

std::optional<Timestamp> LiveTimes::peek() {
  if (number_ >= kLiveRecordsMax) return std::nullopt;
  return time_of(number_);
}

std::uint64_t LiveTimes::skip_until(Timestamp time) {
  if (time <= start_) return 0;
  std::uint64_t number = static_cast<std::uint64_t>(parts_until(time.micros - start_.micros) / kPart);
  if (time_of(number) < time) ++number;
  if (number <= number_) return 0;
  const std::uint64_t skipped = number - number_;
  number_ = number;
  return skipped;
}

void LiveTimes::add_stretch(std::int64_t from_micros, std::uint64_t rate) {
  const Uint128 before = stretches_.empty() ? 0 : parts_until(from_micros);
  stretches_.push_back({from_micros, rate, before});
}

std::int64_t LiveTimes::micros_of(Uint128 parts) const {
  const auto behind = std::ranges::upper_bound(stretches_, parts, {}, &Stretch::parts_before);
  const Stretch& stretch = *(behind - 1);
  return stretch.from_micros + static_cast<std::int64_t>((parts - stretch.parts_before) / stretch.rate);
}

Uint128 LiveTimes::parts_until(std::int64_t micros) const {
  const auto behind = std::ranges::upper_bound(stretches_, micros, {}, &Stretch::from_micros);
  const Stretch& stretch = *(behind - 1);
  return stretch.parts_before + static_cast<Uint128>(micros - stretch.from_micros) * stretch.rate;
}

Timestamp LiveTimes::time_of(std::uint64_t number) const {
  const std::uint64_t jitter = Random(jitter_seed_, number).next() % kPart;
  return {start_.micros + micros_of(static_cast<Uint128>(number) * kPart + jitter)};
}

}  // namespace millrace
