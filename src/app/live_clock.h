// A clock that can be waited for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "base/clock.h"

namespace millrace {

class LiveClock {
 public:
  virtual ~LiveClock() = default;
  virtual Timestamp now() const = 0;
  // Returns at this time, or earlier when `stop` is requested.
  virtual void wait_until(Timestamp time, const std::stop_token& stop) = 0;
};

// Goes on from the wall clock's time by the steady clock, so that a wall clock that is set neither holds a
// run up nor hurries it.
class SteadyLiveClock final : public LiveClock {
 public:
  explicit SteadyLiveClock(const Clock& clock)
      : wall_(clock.now()), steady_(std::chrono::steady_clock::now()) {}

  Timestamp now() const override {
    const auto passed = std::chrono::steady_clock::now() - steady_;
    return {wall_.micros + std::chrono::duration_cast<std::chrono::microseconds>(passed).count()};
  }

  void wait_until(Timestamp time, const std::stop_token& stop) override {
    const auto until = steady_ + std::chrono::microseconds(time.micros - wall_.micros);
    std::unique_lock lock(mutex_);
    stopped_.wait_until(lock, stop, until, [] { return false; });
  }

 private:
  const Timestamp wall_;
  const std::chrono::steady_clock::time_point steady_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
};

}  // namespace millrace
