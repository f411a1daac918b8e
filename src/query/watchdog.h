// Stops what a connection runs when its time is over or somebody asks to stop.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/result.h"

namespace millrace {

class Connection;

// Watches one connection from construction to destruction, on a thread of its own. The connection must
// outlive it. DuckDB forgets an interrupt that comes between two statements, so it is repeated until the
// watch ends. A single long function call is not stopped: DuckDB looks for interrupts between chunks.
class Watchdog {
 public:
  Watchdog(Connection& connection, std::chrono::milliseconds timeout, std::stop_token stop);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // The error to report instead of DuckDB's "Interrupted"; nothing when the watchdog did not bite.
  Status verdict() const;

 private:
  enum class State { kWatching, kTimedOut, kStopped };

  void watch(const std::stop_token& ended);
  void interrupt_until(const std::stop_token& ended);

  Connection& connection_;
  std::chrono::milliseconds timeout_;
  std::stop_token stop_;
  std::atomic<State> state_ = State::kWatching;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace millrace
