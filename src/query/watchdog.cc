#include "query/watchdog.h"

#include <fmt/format.h>

#include "warehouse/database.h"

namespace millrace {

constexpr std::chrono::milliseconds kInterruptAgain{20};

Watchdog::Watchdog(Connection& connection, std::chrono::milliseconds timeout, std::stop_token stop)
    : connection_(connection), timeout_(timeout), stop_(std::move(stop)) {
  thread_ = std::jthread([this](const std::stop_token& ended) { watch(ended); });
}

Watchdog::~Watchdog() {
  thread_.request_stop();
  thread_.join();
}

Status Watchdog::verdict() const {
  switch (state_.load()) {
    case State::kWatching:
      return {};
    case State::kStopped:
      return fail(ErrorCode::kCancelled, "the query was stopped before it was done");
    case State::kTimedOut:
      break;
  }
  return fail(
      ErrorCode::kCancelled,
      fmt::format("the query took longer than {} s and was stopped: narrow it down by time, or by a LIMIT",
                  static_cast<double>(timeout_.count()) / 1000));
}

void Watchdog::watch(const std::stop_token& ended) {
  const std::stop_callback wake_on_stop(stop_, [this] {
    const std::lock_guard lock(mutex_);
    wake_.notify_all();
  });
  {
    std::unique_lock lock(mutex_);
    const bool stopped = wake_.wait_for(lock, ended, timeout_, [this] { return stop_.stop_requested(); });
    if (ended.stop_requested()) return;
    state_ = stopped ? State::kStopped : State::kTimedOut;
  }
  interrupt_until(ended);
}

void Watchdog::interrupt_until(const std::stop_token& ended) {
  std::unique_lock lock(mutex_);
  while (!ended.stop_requested()) {
    connection_.interrupt();
    wake_.wait_for(lock, ended, kInterruptAgain, [] { return false; });
  }
}

}  // namespace millrace
