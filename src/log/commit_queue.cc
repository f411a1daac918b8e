#include "log/commit_queue.h"

#include <algorithm>
#include <utility>

namespace millrace {
namespace {

std::int64_t steady_nanos() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

}  // namespace

CommitQueue::CommitQueue(std::uint32_t threads) {
  for (std::uint32_t i = 0; i < std::max(1u, threads); ++i) {
    Worker& worker = workers_.emplace_back();
    worker.thread = std::jthread([this, &worker] { run(worker); });
  }
}

void CommitQueue::push(std::shared_ptr<QueuedWork> work) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
    wake = idle_threads_ > 0;
  }
  if (wake) wake_.notify_one();
}

void CommitQueue::finish() {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
  }
  wake_.notify_all();
  for (Worker& worker : workers_) {
    if (worker.thread.joinable()) worker.thread.join();
  }
}

std::chrono::nanoseconds CommitQueue::longest_turn() const {
  const std::int64_t now = steady_nanos();
  std::int64_t longest = 0;
  for (const Worker& worker : workers_) {
    const std::int64_t began = worker.turn_began_nanos.load(std::memory_order_relaxed);
    if (began != 0) longest = std::max(longest, now - began);
  }
  return std::chrono::nanoseconds(longest);
}

std::shared_ptr<QueuedWork> CommitQueue::pop() {
  std::unique_lock lock(mutex_);
  ++idle_threads_;
  wake_.wait(lock, [this] { return finishing_ || !queue_.empty(); });
  --idle_threads_;
  if (queue_.empty()) return nullptr;
  std::shared_ptr<QueuedWork> work = std::move(queue_.front());
  queue_.pop_front();
  return work;
}

void CommitQueue::run(Worker& worker) {
  EndedAppends ended;
  while (std::shared_ptr<QueuedWork> work = pop()) {
    worker.turn_began_nanos = steady_nanos();
    const bool has_more = work->take_turn(ended);
    worker.turn_began_nanos = 0;
    // Before the answers, so that the next group is written while they are given.
    if (has_more) push(std::move(work));
    for (const auto& append : ended) append->answer();
    ended.clear();
  }
}

}  // namespace millrace
