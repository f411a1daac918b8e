// When the events of one shape happen: of simulated days, or of a shop that lives now.
#pragma once

#include <optional>

#include "base/time.h"

namespace millrace {

// Times in order; two may be the same. Not thread-safe.
class EventTimes {
 public:
  virtual ~EventTimes() = default;

  // Nothing when all have been.
  virtual std::optional<Timestamp> next() = 0;
  // What next() will give.
  virtual std::optional<Timestamp> peek() = 0;
};

}  // namespace millrace
