#include "query/time_buckets.h"

#include <array>

namespace millrace {
namespace {

constexpr std::int64_t kMicros = 1'000'000;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::array<std::int64_t, 8> kBucketSeconds = {
    60, 300, 900, 3'600, 21'600, kDaySeconds, 7 * kDaySeconds, 30 * kDaySeconds};
constexpr std::int64_t kPointsMin = 14;

// 1970-01-01 was a Thursday.
constexpr std::int64_t kFirstMondaySeconds = -3 * kDaySeconds;

}  // namespace

std::int64_t bucket_seconds_for(std::int64_t length_micros) {
  std::int64_t chosen = kBucketSeconds.front();
  for (const std::int64_t seconds : kBucketSeconds) {
    if (length_micros >= kPointsMin * seconds * kMicros) chosen = seconds;
  }
  return chosen;
}

std::int64_t bucket_count(Period period, std::int64_t bucket_seconds) {
  const std::int64_t size = bucket_seconds * kMicros;
  return (period.micros() + size - 1) / size;
}

Timestamp bucket_start(Timestamp time, std::int64_t bucket_seconds) {
  const std::int64_t size = bucket_seconds * kMicros;
  const std::int64_t origin = bucket_seconds == 7 * kDaySeconds ? kFirstMondaySeconds * kMicros : 0;
  std::int64_t offset = (time.micros - origin) % size;
  if (offset < 0) offset += size;
  return {time.micros - offset};
}

}  // namespace millrace
