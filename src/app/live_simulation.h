// One run of the simulated shop as it lives: what happens in it is sent while it happens.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "app/live_clock.h"
#include "app/send_queue.h"
#include "simulate/live_shop.h"

namespace millrace {

struct LiveSimulationOptions {
  std::map<Shape, std::string> topics;     // of each shape of the shop
  std::optional<std::int64_t> for_micros;  // else until stopped
  bool catch_up = false;                   // after a stall of more than a second, make up for all of it
  std::chrono::milliseconds drain_patience{30'000};
};

struct LiveProgress {
  std::int64_t running_micros = 0;
  std::uint64_t made = 0;
  std::uint64_t skipped_records = 0;
  SendCounts sent;
};

// Not thread-safe.
class LiveSimulation {
 public:
  // All outlive this. `tell` is called about once a second.
  LiveSimulation(const LiveSimulationOptions& options, LiveShop& shop, SendQueue& queue, LiveClock& clock,
                 std::function<void(const LiveProgress&)> tell);

  // Until the time is over or `stop` is requested, then until all is acknowledged or the patience is over.
  // After an error, too, progress() tells what was acknowledged.
  Status run(const std::stop_token& stop);

  LiveProgress progress() const;
  std::uint64_t made(Shape shape) const;

 private:
  Status live(const std::stop_token& stop);
  void skip_what_was_missed(Timestamp now);
  Timestamp next_step(Timestamp now) const;
  void tell_now_and_then(Timestamp now);

  const LiveSimulationOptions& options_;
  LiveShop& shop_;
  SendQueue& queue_;
  LiveClock& clock_;
  std::function<void(const LiveProgress&)> tell_;
  Timestamp start_;
  Timestamp end_;  // micros at their largest: none
  Timestamp made_until_;
  Timestamp told_;
  std::map<Shape, std::uint64_t> made_;
  std::uint64_t skipped_records_ = 0;
};

}  // namespace millrace
