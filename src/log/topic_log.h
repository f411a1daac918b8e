// The durable log: all topics of a data folder. What is appended here is acknowledged only when it survives a
// power cut; everything downstream can be built again from it.
//
// Thread-safe. A few threads commit: each takes a partition that has something pending, writes all of it with
// one sync, and acknowledges every append in it. While a partition is synced its next group gathers, so the
// more come at once, the fewer syncs each costs.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/result.h"
#include "log/partition_log.h"
#include "log/pending_append.h"
#include "log/topic.h"

namespace millrace {

struct TopicLogOptions {
  bool create_on_first_use = true;  // a topic that is appended to and not there
  TopicSettings new_topic;
  PartitionOptions partition;
  std::size_t pending_bytes_max = 64 << 20;  // of all topics; appends beyond it are refused
  std::uint32_t commit_threads = 4;
  std::int64_t time_record_seconds = 1;  // how often a partition without traffic notes the time; 0: never
  std::int64_t retention_check_seconds = 60;
  std::int64_t stuck_after_seconds = 30;  // a write that takes longer makes the log unhealthy meanwhile
};

struct TopicState {
  std::string name;
  TopicSettings settings;
  Timestamp created;
  std::vector<PartitionState> partitions;  // by number
};

class TopicLog {
 public:
  // Called once, on a thread of the log: it must not block, and must not throw.
  using Done = AppendDone;

  // `folder` is made if needed. Reports what recovery found through log lines and metrics.
  static Result<std::unique_ptr<TopicLog>> open(FileSystem& files, const Clock& clock, std::string folder,
                                                const TopicLogOptions& options);
  // Commits what is pending, and closes cleanly.
  virtual ~TopicLog() = default;

  virtual Status create(std::string_view topic, const TopicSettings& settings) = 0;  // kConflict
  virtual Status remove(std::string_view topic) = 0;                                 // kNotFound
  virtual Result<TopicState> topic(std::string_view name) const = 0;                 // kNotFound
  virtual std::vector<TopicState> topics() const = 0;                                // by name

  // Takes the records over (their bytes are copied before it returns) and calls `done` when all are durable,
  // or with the first error: then some may be stored. Records with a key go to its partition, in the order of
  // the calls; those without go together to one. An error that is returned means that nothing was taken and
  // `done` will not be called: kUnavailable when too much is pending or the log has failed, kNotFound,
  // kInvalidArgument for a record beyond the limits.
  virtual Status append(std::string_view topic, std::span<const NewRecord> records, Done done) = 0;
  // The same, waiting.
  Result<std::vector<Position>> append_and_wait(std::string_view topic, std::span<const NewRecord> records);

  // As PartitionLog.
  virtual Result<ReadBatch> read(std::string_view topic, Partition partition, Offset from,
                                 std::size_t bytes_max) const = 0;
  virtual Result<Offset> offset_at(std::string_view topic, Partition partition, Timestamp time) const = 0;
  // Waits until the partition has a record at or behind `from`, `stop` is requested or the time is over.
  virtual bool wait_for(std::string_view topic, Partition partition, Offset from, std::stop_token stop,
                        std::chrono::milliseconds timeout) const = 0;
  virtual Status blank(std::string_view topic, Partition partition, std::span<const Offset> offsets) = 0;

  // What `reader` has not read yet stays, whatever the topic's retention says, until it pins a later offset.
  // Not durable: who reads pins again at start, before the first retention.
  virtual Status pin(std::string_view topic, Partition partition, std::string_view reader, Offset offset) = 0;
  virtual void unpin(std::string_view topic, std::string_view reader) = 0;

  // An error once a sync has failed: nothing can be acknowledged before a restart; and while a thread of the
  // log makes no progress. A full disk is none.
  virtual Status health() const = 0;
  // An error while appends would be refused: no space, too much pending, or failed.
  virtual Status ready() const = 0;
  virtual void append_metrics(std::string& out) const = 0;
};

}  // namespace millrace
