// How a stretch of time is cut into points of a chart.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace millrace {

struct Period {
  Timestamp from;
  Timestamp to;  // excluded

  std::int64_t micros() const { return to.micros - from.micros; }
  friend bool operator==(Period, Period) = default;
};

// The coarsest of 1, 5, 15 minutes, 1, 6 hours, 1, 7, 30 days that still gives at least 14 points, so that a
// chart has enough to show a shape: 14 to 122 points, fewer below 14 minutes, more beyond ten years.
std::int64_t bucket_seconds_for(std::int64_t length_micros);

// Points of `period`; the last may be cut short by its end.
std::int64_t bucket_count(Period period, std::int64_t bucket_seconds);

// The start of the bucket that holds `time`, counted from 1970-01-01; weeks start on Monday.
Timestamp bucket_start(Timestamp time, std::int64_t bucket_seconds);

}  // namespace millrace
