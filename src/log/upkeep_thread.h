// A thread that does something every so often, and can be asked whether it still does.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace millrace {

class UpkeepThread {
 public:
  // Calls `work` now and then every `period` until destroyed.
  UpkeepThread(std::chrono::milliseconds period, std::function<void()> work);
  UpkeepThread(const UpkeepThread&) = delete;
  UpkeepThread& operator=(const UpkeepThread&) = delete;

  // Since the end of the last call; from any thread.
  std::chrono::nanoseconds since_last_run() const;

 private:
  void run(const std::stop_token& stop);

  const std::chrono::milliseconds period_;
  const std::function<void()> work_;
  std::atomic<std::chrono::steady_clock::time_point> last_run_ = std::chrono::steady_clock::now();
  std::mutex mutex_;  // only to sleep by
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: uses all above
};

}  // namespace millrace
