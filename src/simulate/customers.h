// The people who come: each has registered once, and does nothing before.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "simulate/random.h"
#include "simulate/world_options.h"

namespace millrace {

// Customers register in the order of their numbers, from three years before the first day (not before 1970)
// to the last one, so that those who are registered at a time are the numbers below a bound: needs no memory.
// Immutable: safe to share between threads.
class Customers {
 public:
  explicit Customers(const WorldOptions& options);  // options that check() accepts

  std::uint32_t count() const { return count_; }

  // In whole seconds, and the same each time.
  Timestamp registered_at(std::uint32_t customer) const;

  // One who is registered at this time, which is one of the simulated days.
  std::uint32_t draw(Timestamp time, Random& random) const { return random.below(registered_before(time)); }

 private:
  std::uint32_t registered_before(Timestamp time) const;

  std::uint64_t seed_;
  std::uint32_t count_;
  std::int64_t first_micros_;
  std::int64_t between_micros_;  // from one's registration to the next one's, on average
};

}  // namespace millrace
