// How many bytes may wait for the disk at a time.
#pragma once

#include <atomic>
#include <cstddef>

#include "base/check.h"

namespace millrace {

// Thread-safe.
class PendingBudget {
 public:
  explicit PendingBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // False, and nothing is taken, when not so many are left.
  bool take(std::size_t bytes) {
    std::size_t used = used_.load(std::memory_order_relaxed);
    while (fits(used, bytes)) {
      if (used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed)) return true;
    }
    return false;
  }

  void give_back(std::size_t bytes) {
    const std::size_t before = used_.fetch_sub(bytes, std::memory_order_relaxed);
    MILLRACE_CHECK(before >= bytes);
  }

  bool has_room_for(std::size_t bytes) const { return fits(used(), bytes); }
  std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  std::size_t bytes_max() const { return bytes_max_; }

 private:
  bool fits(std::size_t used, std::size_t bytes) const {
    return used <= bytes_max_ && bytes <= bytes_max_ - used;
  }

  const std::size_t bytes_max_;
  std::atomic<std::size_t> used_ = 0;
};

}  // namespace millrace
