// Records on their way: a bounded queue that one thread sends from, in order, each batch until it is
// acknowledged.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "app/record_sender.h"
#include "base/limits.h"

namespace millrace {

struct SendCounts {
  std::map<std::string, std::uint64_t> acknowledged;  // records, by topic
  std::uint64_t acknowledged_total = 0;
  std::uint64_t waiting = 0;           // records
  std::uint64_t refused_requests = 0;  // sent again after a while
  std::uint64_t sent_again = 0;        // records that may have been stored before they were acknowledged
  std::string last_reason;             // why a request was sent again
};

// What comes while a request is under way goes with the next one: the more records, the more of them in a
// request. Records of a topic keep their order. Thread-safe.
class SendQueue {
 public:
  // `sender` outlives this.
  explicit SendQueue(RecordSender& sender, std::size_t bytes_max = kSendQueueMax);
  // What was not sent by then is not.
  ~SendQueue();
  SendQueue(const SendQueue&) = delete;
  SendQueue& operator=(const SendQueue&) = delete;

  // Waits for room, for at most `patience` (for ever without) once `stop` was requested. kUnavailable when
  // the patience is over, and the sender's error when it has failed: the record was not taken.
  Status add(const std::string& topic, std::string_view line, const std::stop_token& stop,
             std::chrono::milliseconds patience);

  // Waits until all is acknowledged. The same errors.
  Status drain(std::chrono::milliseconds patience);

  std::optional<Error> failure() const;
  SendCounts counts() const;

 private:
  void run(const std::stop_token& stop);
  std::optional<RecordBatch> take(const std::stop_token& stop);
  bool deliver(const RecordBatch& batch, const std::stop_token& stop);
  void count(const RecordBatch& batch, const SendAnswer& answer);
  Status wait_for_room(std::unique_lock<std::mutex>& lock, const std::stop_token& stop,
                       std::chrono::milliseconds patience);
  RecordBatch& open_batch(const std::string& topic, std::size_t line_size);

  RecordSender& sender_;
  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<RecordBatch> batches_;  // the ones behind, of each topic, may still grow
  std::size_t bytes_ = 0;            // of batches_ and of what is being sent
  SendCounts counts_;
  std::optional<Error> failure_;
  std::jthread thread_;  // last: uses all above
};

}  // namespace millrace
