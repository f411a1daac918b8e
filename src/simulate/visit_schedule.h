// When visits happen: how many on each day, and at what time of it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "simulate/random.h"

namespace millrace {

struct VisitSimulationOptions {
  static constexpr int kDaysMax = 36'500;
  static constexpr std::uint64_t kVisitsMax = 10'000'000'000;

  std::uint64_t seed = 1;
  Timestamp start{};  // the first day; its time of day does not matter
  int days = 60;
  // In all, shared out over the days; else 100 to 199 a day.
  std::optional<std::uint64_t> visits = std::nullopt;
};

// kInvalidArgument for options out of range, and for days outside the years 1970 to 9999.
Status check(const VisitSimulationOptions& options);

// Times from 09:00:00 to 21:59:59 UTC, whole seconds, in order, more of them towards noon and in the evening.
// Days with 100 visits stand beside days with 199 in the same proportion whatever the total.
// Memory: 4 bytes a day. Not thread-safe.
class VisitSchedule {
 public:
  explicit VisitSchedule(const VisitSimulationOptions& options);  // options that check() accepts

  std::uint64_t visits_total() const { return visits_total_; }

  // Nothing when all visits have been.
  std::optional<Timestamp> next();

 private:
  void begin_day();
  std::uint64_t visits_before(std::uint64_t weight) const;

  Random random_;
  std::vector<std::uint32_t> day_weights_;
  std::uint64_t weight_total_ = 0;
  std::uint64_t visits_total_ = 0;

  std::size_t day_ = 0;
  std::int64_t midnight_micros_ = 0;
  std::uint64_t weight_before_ = 0;  // of the days before day_
  std::uint64_t visits_of_day_ = 0;
  std::uint64_t visit_of_day_ = 0;
};

}  // namespace millrace
