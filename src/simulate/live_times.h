// The times of a shop that lives: so many a minute, from a moment on.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/int128.h"
#include "base/result.h"
#include "simulate/event_times.h"

namespace millrace {

// For a while there are so many times more.
struct Burst {
  std::int64_t after_micros = 0;  // from the start on
  std::int64_t for_micros = 0;
  std::uint32_t times = 1;
};

// kInvalidArgument for bursts without length, out of range, or that overlap. In any order.
Status check_bursts(const std::vector<Burst>& bursts);

struct LiveRate {
  std::uint64_t per_hundred_minutes = 0;  // at least 1
  std::vector<Burst> bursts;              // that check_bursts() accepts
};

// Each has its own equal part of the traffic and falls anywhere in it: of any stretch there are as many as
// the rate says, but for two at its ends, and yet no two are the same distance apart. The same seed, stream
// and rate give the same distances. At most kLiveRecordsMax. Not thread-safe.
class LiveTimes final : public EventTimes {
 public:
  LiveTimes(const LiveRate& rate, Timestamp start, std::uint64_t seed, std::uint64_t stream);

  std::optional<Timestamp> next() override;
  std::optional<Timestamp> peek() override;

  // Leaves out all before `time`; returns how many.
  std::uint64_t skip_until(Timestamp time);

 private:
  // Traffic is measured in parts of a record: kPart is one. A stretch has `rate` parts a microsecond.
  struct Stretch {
    std::int64_t from_micros = 0;  // since the start
    std::uint64_t rate = 0;
    Uint128 parts_before = 0;
  };

  void add_stretch(std::int64_t from_micros, std::uint64_t rate);
  std::int64_t micros_of(Uint128 parts) const;
  Uint128 parts_until(std::int64_t micros) const;
  Timestamp time_of(std::uint64_t number) const;

  Timestamp start_;
  std::uint64_t jitter_seed_;
  std::vector<Stretch> stretches_;
  std::uint64_t number_ = 0;  // of the next one
};

}  // namespace millrace
