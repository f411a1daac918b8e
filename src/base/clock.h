// The wall clock as a port, so that tests decide what time it is.
#pragma once

#include <atomic>

#include "base/time.h"

namespace millrace {

// Safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : micros_(start.micros) {}
  Timestamp now() const override { return {micros_.load()}; }
  void set(Timestamp time) { micros_.store(time.micros); }

 private:
  std::atomic<std::int64_t> micros_;
};

}  // namespace millrace
