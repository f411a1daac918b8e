// When things happen in the shop: how many on each day, and at what time of it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "simulate/campaigns.h"
#include "simulate/event_times.h"
#include "simulate/random.h"
#include "simulate/world_options.h"

namespace millrace {

enum class Rhythm : std::uint8_t {
  kOpeningHours,   // the lab's: 09:00:00 to 21:59:59, all days of the week alike
  kRoundTheClock,  // few at night, most in the evening, more towards the weekend
};

// Times in order. Days with 100 visits stand beside days with 199 in the same proportion whatever the total;
// the same days are busy in both rhythms. Campaigns raise the traffic of their hours.
// Memory: 8 bytes a day. Not thread-safe.
class TrafficSchedule final : public EventTimes {
 public:
  // Options that check() accepts. `stream` is where the times of kRoundTheClock are drawn from. Without a
  // total: 100 to 199 a day, more with campaigns.
  TrafficSchedule(const WorldOptions& options, const Campaigns& campaigns, Rhythm rhythm,
                  std::uint64_t stream, std::optional<std::uint64_t> total);

  std::uint64_t total() const { return total_; }

  std::optional<Timestamp> next() override;
  std::optional<Timestamp> peek() override;

 private:
  using Hours = std::array<std::uint32_t, 24>;

  std::optional<Timestamp> draw();
  Hours hours_of(std::int64_t midnight_micros) const;
  std::uint64_t draw_weight(std::int64_t midnight_micros);
  void begin_day();
  std::uint64_t count_before(std::uint64_t weight) const;
  std::int64_t micros_of_day(std::uint64_t share) const;

  const Campaigns& campaigns_;
  Rhythm rhythm_;
  Random random_;
  std::vector<std::uint64_t> day_weights_;
  std::uint64_t weight_total_ = 0;
  std::uint64_t total_ = 0;

  std::optional<Timestamp> peeked_;
  std::size_t day_ = 0;
  std::int64_t midnight_micros_ = 0;
  Hours hours_{};
  std::uint64_t hours_total_ = 0;
  std::uint64_t weight_before_ = 0;  // of the days before day_
  std::uint64_t count_of_day_ = 0;
  std::uint64_t place_in_day_ = 0;
};

}  // namespace millrace
