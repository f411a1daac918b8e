// One partition at work: appends gather here while its last group is synced, and whatever else changes its
// files waits for its turn beside them.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "log/commit_queue.h"
#include "log/log_condition.h"
#include "log/partition_log.h"
#include "log/pending_append.h"
#include "log/pending_budget.h"
#include "log/topic.h"
#include "log/topic_log_metrics.h"

namespace millrace {

// The partition that records without a key go to: the same one until its group is taken to be committed, so
// that they gather into large groups while other partitions are synced. Thread-safe.
class KeylessChoice {
 public:
  explicit KeylessChoice(std::uint32_t partitions) : partitions_(partitions) {}

  Partition current() const { return {current_.load(std::memory_order_relaxed)}; }
  void leave(Partition taken) {
    std::uint32_t expected = taken.value;
    current_.compare_exchange_strong(expected, (taken.value + 1) % partitions_, std::memory_order_relaxed);
  }

 private:
  const std::uint32_t partitions_;
  std::atomic<std::uint32_t> current_ = 0;
};

// What the partitions of a log share.
struct LogShared {
  const Clock& clock;
  PendingBudget& budget;
  LogCondition& condition;
  TopicLogMetrics& metrics;
};

// Thread-safe. What returns `true` wants the writer to be pushed to the commit queue by the caller.
class PartitionWriter final : public QueuedWork {
 public:
  // All references outlive it.
  PartitionWriter(std::string name, Partition partition, const TopicSettings& settings,
                  std::unique_ptr<PartitionLog> log, KeylessChoice& keyless, TopicCounters& counters,
                  const LogShared& shared);

  // Takes over those of the append's records whose position names this partition; they are `bytes` when
  // encoded, which the budget has granted.
  [[nodiscard]] bool add(const std::shared_ptr<PendingAppend>& append, std::span<const NewRecord> records,
                         std::size_t bytes);

  // In one of the next turns: a time record if nothing has come for so long.
  [[nodiscard]] bool ask_for_time_record(std::int64_t idle_seconds);
  [[nodiscard]] bool ask_for_retention();
  // `blanked` tells when it is done; the offsets live until then.
  [[nodiscard]] bool ask_for_blanking(std::span<const Offset> offsets, std::promise<Status>& blanked);

  // What is pending and what still comes fails with `why`. Returns when nobody writes any more.
  void refuse(const Error& why);
  // After the commit queue has finished: leaves nothing to be scanned at the next start.
  Status close();

  bool wait_for(Offset from, const std::stop_token& stop, std::chrono::milliseconds timeout) const;
  void pin(std::string_view reader, Offset offset);
  void unpin(std::string_view reader);

  const PartitionLog& log() const { return *log_; }
  // With the first arrival, which it reads once for each start.
  PartitionState state() const;

  bool take_turn(EndedAppends& ended) override;

 private:
  struct Block {
    std::string body;
    std::uint32_t records = 0;
  };
  // The records of one append, which begin somewhere in a block and may go on in those behind it.
  struct Part {
    std::shared_ptr<PendingAppend> append;
    std::size_t block = 0;
    std::uint32_t first = 0;  // of the block's records
  };
  struct Group {
    std::vector<Block> blocks;
    std::vector<Part> parts;
    std::size_t bytes = 0;
    std::uint32_t records = 0;
  };
  struct Blanking {
    std::span<const Offset> offsets;
    std::promise<Status>* blanked = nullptr;
  };
  struct Turn {
    std::optional<Group> group;
    std::optional<std::int64_t> idle_seconds;
    bool retention = false;
    std::vector<Blanking> blankings;
    std::optional<Error> refusal;
  };

  Group& gathering_group();
  bool wants_turn();
  Turn begin_turn();
  bool end_turn();
  void commit(Group& group, const std::optional<Error>& refusal, EndedAppends& ended);
  Result<std::vector<Offset>> store(const Group& group);
  void note_failure(const Error& error);
  void append_time(std::int64_t idle_seconds);
  void retain();
  void blank(const Blanking& blanking);
  Offset lowest_pin() const;
  std::string place() const;

  const std::string topic_;
  const Partition partition_;
  const TopicSettings settings_;
  const std::unique_ptr<PartitionLog> log_;
  KeylessChoice& keyless_;
  TopicCounters& counters_;
  const LogShared shared_;

  mutable std::mutex mutex_;
  std::condition_variable turn_ended_;
  std::deque<Group> groups_;  // all full but the last, which gathers; bounded by the budget
  std::optional<std::int64_t> time_due_;
  bool retention_due_ = false;
  std::vector<Blanking> blankings_;  // each with a waiting caller
  std::optional<Error> refusal_;
  bool is_queued_ = false;  // in the commit queue, or on a turn
  bool on_turn_ = false;

  mutable std::mutex readers_mutex_;
  mutable std::condition_variable_any arrived_;
  std::map<std::string, Offset, std::less<>> pins_;  // by reader
  mutable Offset first_offset_{-1};                  // that first_arrival_ belongs to
  mutable Timestamp first_arrival_;
};

}  // namespace millrace
