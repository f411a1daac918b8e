// One partition of a topic: its segments on disk, from recovery to retention. Knows no threads: the topic log
// above decides who appends when.
//
// Thread-safety: append_group, append_time, roll, retention, blank and close by one thread at a time; read,
// offset_at and the counters beside them from any thread. Readers see what is synced, and nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/result.h"
#include "log/topic.h"

namespace millrace {

struct PartitionOptions {
  std::uint64_t segment_size_max = 128 << 20;  // a new one is begun when a group would pass it
  std::uint64_t index_distance = 64 << 10;     // bytes between two entries of the sparse index
  LogCompression compression = LogCompression::kNone;
};

// What opening found; nothing of it is silent.
struct Recovery {
  std::uint64_t torn_bytes = 0;       // cut off the end: never acknowledged
  std::uint64_t damaged_records = 0;  // lost in the middle, passed over by readers
  std::uint64_t scanned_bytes = 0;    // 0 after a clean close
  std::uint64_t rebuilt_indexes = 0;
  std::vector<std::string> foreign_files;  // left alone
  std::vector<std::string> findings;       // the same in words: what, where, what was done
};

struct PartitionState {
  Offset start;  // oldest record that is kept
  Offset next;   // of the next record to be appended; all before it are durable
  std::uint64_t bytes = 0;
  std::uint64_t segments = 0;
  Timestamp first_arrival;  // of the oldest record; micros 0 when there is none, and from a PartitionLog
  Timestamp last_arrival;   // of the newest record or time record; micros 0 when there is none
};

// What one caller wants appended together: encoded records, in order.
struct AppendGroup {
  std::string_view body;  // append_record() of each
  std::uint32_t record_count = 0;
};

class PartitionLog {
 public:
  // Makes the folder's partition, or recovers what is there. kInvalidArgument when a later version of this
  // program wrote it; kCorrupt only when nothing can be read at all.
  static Result<std::unique_ptr<PartitionLog>> open(FileSystem& files, const Clock& clock, std::string folder,
                                                    const PartitionOptions& options, Recovery& recovery);
  virtual ~PartitionLog() = default;

  // Writes the groups behind each other as one batch or a few, and syncs once. Returns the offset of each
  // group's first record. On kNoSpace nothing of them is there, and a later call may succeed. Any other error
  // closes this partition for appending for good (failed()).
  virtual Result<std::vector<Offset>> append_group(std::span<const AppendGroup> groups) = 0;
  // Says that nothing has come until now; not synced, and in the place of one just before it.
  virtual Status append_time(Timestamp now) = 0;
  virtual bool failed() const = 0;

  // Records from `from` on, at least one if there is one, until they have `bytes_max` bytes. kNotFound when
  // `from` is below the start; an empty batch at the end.
  virtual Result<ReadBatch> read(Offset from, std::size_t bytes_max) const = 0;
  // Of the first record that arrived at or after `time`; `next` when there is none.
  virtual Result<Offset> offset_at(Timestamp time) const = 0;
  virtual PartitionState state() const = 0;

  // Removes whole segments whose newest record arrived before `oldest`, or that are not needed to hold
  // `bytes_max` (0: any), but none with a record at or behind `pinned`. Returns the bytes freed.
  virtual Result<std::uint64_t> retain(Timestamp oldest, std::uint64_t bytes_max, Offset pinned) = 0;

  // Erases records for good: what stood in them is nowhere in this partition when it returns. Offsets stay.
  virtual Status blank(std::span<const Offset> offsets) = 0;

  // Writes what saves the next open a scan. Nothing is appended after it.
  virtual Status close() = 0;
};

}  // namespace millrace
