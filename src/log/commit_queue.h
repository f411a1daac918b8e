// The threads that commit. What has work to do waits in one queue, first come, first served; one thread at a
// time works on it, so that it needs no lock of its own while it writes.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "log/pending_append.h"

namespace millrace {

// Something that is worked on in turns, by one thread at a time. It is pushed again only after a turn that
// returned false.
class QueuedWork {
 public:
  virtual ~QueuedWork() = default;

  // Does what was there when it began; appends that ended go to `ended`. True when there is more by now: it
  // is queued again behind the others.
  virtual bool take_turn(EndedAppends& ended) = 0;
};

// Thread-safe.
class CommitQueue {
 public:
  explicit CommitQueue(std::uint32_t threads);
  ~CommitQueue() { finish(); }
  CommitQueue(const CommitQueue&) = delete;
  CommitQueue& operator=(const CommitQueue&) = delete;

  void push(std::shared_ptr<QueuedWork> work);

  // Works off what is queued and ends the threads. Nothing is pushed from then on.
  void finish();

  // How long the longest turn that is under way has taken: a disk that does not answer shows here.
  std::chrono::nanoseconds longest_turn() const;

 private:
  struct Worker {
    std::atomic<std::int64_t> turn_began_nanos = 0;  // of the steady clock; 0 between turns
    std::jthread thread;
  };

  void run(Worker& worker);
  std::shared_ptr<QueuedWork> pop();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<QueuedWork>> queue_;  // each at most once: bounded by the partitions
  std::size_t idle_threads_ = 0;
  bool finishing_ = false;
  std::deque<Worker> workers_;  // never moved
};

}  // namespace millrace
