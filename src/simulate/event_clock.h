// The times of a flat shape's events, no two of them the same, and how many there have been.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "simulate/event_times.h"
#include "simulate/truth_json.h"
#include "simulate/world.h"

namespace millrace {

// Not thread-safe.
class EventClock {
 public:
  explicit EventClock(std::unique_ptr<EventTimes> times) : times_(std::move(times)) {}

  // False when all have been.
  bool tick() {
    const auto time = times_->next();
    if (!time) return false;
    now_ = {count_ == 0 || time->micros > now_.micros ? time->micros : now_.micros + 1};
    if (count_++ == 0) first_ = now_;
    return true;
  }

  // When it ticks next.
  std::optional<Timestamp> due() const { return times_->peek(); }

  Timestamp now() const { return now_; }
  std::uint64_t count() const { return count_; }

  void tell(TruthObject& truth) const { truth.add_range(count_ == 0, first_, now_); }

 private:
  std::unique_ptr<EventTimes> times_;
  Timestamp now_;
  Timestamp first_;
  std::uint64_t count_ = 0;
};

// Who has been seen. Memory: a bit for each customer.
class SeenCustomers {
 public:
  explicit SeenCustomers(const World& world) : seen_(world.customers().count()) {}

  void add(std::uint32_t customer) {
    if (seen_[customer]) return;
    seen_[customer] = true;
    ++count_;
  }
  std::uint64_t count() const { return count_; }

 private:
  std::vector<bool> seen_;
  std::uint64_t count_ = 0;
};

}  // namespace millrace
