#include "simulate/live_shop.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "simulate/random_streams.h"
#include "simulate/record_stream.h"

namespace millrace {
namespace {

// Customers go on registering, and the catalog goes on changing, for a year.
constexpr int kLiveDays = 365;

WorldOptions world_options(const LiveShopOptions& options) {
  return {.seed = options.seed,
          .start = options.start,
          .days = kLiveDays,
          .visits = kLiveRecordsMax,
          .users = options.users,
          .products = options.products,
          .lives_since = options.start};
}

}  // namespace

Status check(const LiveShopOptions& options) {
  if (options.visits_per_minute < 1 || options.visits_per_minute > kLiveVisitsPerMinuteMax) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} visits a minute: expected 1 to {}",
                                                         options.visits_per_minute, kLiveVisitsPerMinuteMax));
  }
  MILLRACE_TRY(check_bursts(options.bursts));
  return check(world_options(options));
}

LiveShop::LiveShop(const LiveShopOptions& options) : world_(world_options(options)) {
  for (const Shape shape : options.shapes) lanes_.push_back(open(shape, options));
}

LiveShop::Lane LiveShop::open(Shape shape, const LiveShopOptions& options) const {
  MILLRACE_CHECK(std::ranges::find(kLiveShapes, shape) != kLiveShapes.end());
  std::unique_ptr<LiveTimes> times;
  const Shape of = shape_of_times(shape);
  if (const std::uint64_t per_hundred = records_per_hundred_visits(of); per_hundred > 0) {
    const LiveRate rate{options.visits_per_minute * per_hundred, options.bursts};
    times = std::make_unique<LiveTimes>(rate, options.start, options.seed, random_stream::times_of(of));
  }
  Lane lane{.shape = shape, .times = times.get()};
  lane.records = std::make_unique<Spoiler>(open_record_stream(world_, shape, std::move(times)), shape,
                                           options.seed, options.spoil);
  return lane;
}

std::optional<Timestamp> LiveShop::due() const {
  std::optional<Timestamp> first;
  for (const Lane& lane : lanes_) {
    const auto due = lane.records->due();
    if (due && (!first || *due < *first)) first = due;
  }
  return first;
}

LiveShop::Lane* LiveShop::first_due(Timestamp before) {
  Lane* first = nullptr;
  for (Lane& lane : lanes_) {
    const auto due = lane.records->due();
    if (!due || *due >= before) continue;
    before = *due;
    first = &lane;
  }
  return first;
}

Status LiveShop::advance(Timestamp time, const Put& put) {
  while (Lane* lane = first_due(time)) MILLRACE_TRY(give_next(*lane, put));
  return {};
}

std::uint64_t LiveShop::skip_until(Timestamp time) {
  std::uint64_t skipped = 0;
  for (Lane& lane : lanes_) {
    if (lane.times != nullptr) skipped += lane.times->skip_until(time);
  }
  return skipped;
}

Status LiveShop::end(const Put& put) {
  for (Lane& lane : lanes_) {
    lane.records->end();
    while (lane.records->due()) MILLRACE_TRY(give_next(lane, put));
  }
  return {};
}

Status LiveShop::give_next(Lane& lane, const Put& put) {
  line_.clear();
  if (!lane.records->next(line_)) return {};
  return put(lane.shape, line_);
}

TruthObject LiveShop::truth() const {
  TruthObject shapes;
  for (const Lane& lane : lanes_) {
    TruthObject truth;
    lane.records->tell(truth);
    shapes.add(name(lane.shape), truth);
  }
  return shapes;
}

}  // namespace millrace
