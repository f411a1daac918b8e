// What is sold in the stores: known to those who write transactions and to those who keep the stock, the same
// to both.
#pragma once

#include <cstdint>
#include <optional>

#include "simulate/event_clock.h"
#include "simulate/world.h"

namespace millrace {

struct Sale {
  Timestamp at;
  std::uint32_t product = 0;
  std::uint32_t store = 0;
  std::uint32_t units = 0;  // 1 to 5
};

// Memory: the catalog's. Not thread-safe.
class Sales {
 public:
  static constexpr std::uint32_t kUnitsMax = 5;

  Sales(const World& world, std::unique_ptr<EventTimes> times);  // the world must outlive this

  std::optional<Sale> next();

  const EventClock& clock() const { return clock_; }

 private:
  const World& world_;
  EventClock clock_;
  CatalogTimeline timeline_;
  Random random_;
};

}  // namespace millrace
