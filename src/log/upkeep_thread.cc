#include "log/upkeep_thread.h"

#include <utility>

namespace millrace {

UpkeepThread::UpkeepThread(std::chrono::milliseconds period, std::function<void()> work)
    : period_(period), work_(std::move(work)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::chrono::nanoseconds UpkeepThread::since_last_run() const {
  return std::chrono::steady_clock::now() - last_run_.load();
}

void UpkeepThread::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    work_();
    last_run_ = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, period_, [] { return false; });
  }
}

}  // namespace millrace
