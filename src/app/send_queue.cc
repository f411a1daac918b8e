#include "app/send_queue.h"

#include <algorithm>
#include <ranges>

namespace millrace {
namespace {

using namespace std::chrono_literals;

}  // namespace

SendQueue::SendQueue(RecordSender& sender, std::size_t bytes_max)
    : sender_(sender), bytes_max_(bytes_max), thread_([this](const std::stop_token& stop) { run(stop); }) {}

SendQueue::~SendQueue() = default;

Status SendQueue::add(const std::string& topic, std::string_view line, const std::stop_token& stop,
                      std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  MILLRACE_TRY(wait_for_room(lock, stop, patience));
  RecordBatch& batch = open_batch(topic, line.size());
  batch.lines += line;
  ++batch.records;
  bytes_ += line.size();
  ++counts_.waiting;
  changed_.notify_all();
  return {};
}

Status SendQueue::wait_for_room(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
                                std::chrono::milliseconds patience) {
  const auto may_go_on = [this] { return failure_ || bytes_ < bytes_max_; };
  if (!changed_.wait(lock, stop, may_go_on)) changed_.wait_for(lock, patience, may_go_on);
  if (failure_) return std::unexpected(*failure_);
  if (bytes_ < bytes_max_) return {};
  return fail(ErrorCode::kUnavailable,
              "records wait to be sent, and nobody takes them: " + counts_.last_reason);
}

// The last one of the topic, unless it is full.
RecordBatch& SendQueue::open_batch(const std::string& topic, std::size_t line_size) {
  const auto last = std::ranges::find(std::views::reverse(batches_), topic, &RecordBatch::topic);
  if (last != batches_.rend() && last->records < kRequestEventsMax &&
      last->lines.size() + line_size <= kSendBatchMax) {
    return *last;
  }
  return batches_.emplace_back(RecordBatch{.topic = topic});
}

Status SendQueue::drain(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return failure_ || counts_.waiting == 0; });
  if (failure_) return std::unexpected(*failure_);
  if (counts_.waiting == 0) return {};
  return fail(ErrorCode::kUnavailable, "not all records were acknowledged in time: " + counts_.last_reason);
}

std::optional<Error> SendQueue::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

SendCounts SendQueue::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void SendQueue::run(const std::stop_token& stop) {
  while (const auto batch = take(stop)) {
    if (!deliver(*batch, stop)) return;
  }
}

std::optional<RecordBatch> SendQueue::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait(lock, stop, [this] { return !batches_.empty(); })) return std::nullopt;
  RecordBatch batch = std::move(batches_.front());
  batches_.pop_front();
  return batch;
}

// False when there is nothing more to do.
bool SendQueue::deliver(const RecordBatch& batch, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto answer = sender_.send(batch, stop);
    std::unique_lock lock(mutex_);
    if (!answer) {
      failure_ = answer.error();
      changed_.notify_all();
      return false;
    }
    count(batch, *answer);
    if (answer->kind == SendAnswer::Kind::kAcknowledged) {
      changed_.notify_all();
      return true;
    }
    changed_.wait_for(lock, stop, answer->retry_after, [] { return false; });
  }
  return false;
}

void SendQueue::count(const RecordBatch& batch, const SendAnswer& answer) {
  switch (answer.kind) {
    case SendAnswer::Kind::kAcknowledged:
      counts_.acknowledged[batch.topic] += batch.records;
      counts_.acknowledged_total += batch.records;
      counts_.waiting -= batch.records;
      bytes_ -= batch.lines.size();
      return;
    case SendAnswer::Kind::kRefused:
      ++counts_.refused_requests;
      break;
    case SendAnswer::Kind::kUnknown:
      counts_.sent_again += batch.records;
      break;
  }
  counts_.last_reason = answer.reason;
}

}  // namespace millrace
