// What a topic is, and what a record of it is, for those who write and read one.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace millrace {

// Counts the records of one partition, from 0. Never used twice; some may be missing after damage.
struct Offset {
  std::int64_t value = 0;

  friend auto operator<=>(Offset, Offset) = default;
};

struct Partition {
  std::uint32_t value = 0;

  friend auto operator<=>(Partition, Partition) = default;
};

enum class LogCompression : std::uint8_t { kNone = 0, kZstd = 1 };

struct TopicSettings {
  std::uint32_t partitions = 4;
  std::int64_t retention_seconds = 7 * 24 * 3600;  // by arrival; 0: for ever
  std::uint64_t retention_bytes = 0;               // of each partition; 0: any
  LogCompression compression = LogCompression::kNone;

  friend bool operator==(const TopicSettings&, const TopicSettings&) = default;
};

// kInvalidArgument, with the remedy, unless the name has 1 to 128 of a-z 0-9 _ . - and starts with none of
// the last two.
Status check_topic_name(std::string_view name);
Status check_topic_settings(const TopicSettings& settings);

using Attribute = std::pair<std::string_view, std::string_view>;

// A record as it is given to a topic. All views are the caller's until append() returns.
struct NewRecord {
  std::string_view key;  // "" for none
  std::string_view payload;
  std::vector<Attribute> attributes = {};
};

// kInvalidArgument, naming the limit, for a record that is too large in some way.
Status check_record(const NewRecord& record);

// A record as it is read. Views live as long as the ReadBatch that they came in.
struct LogRecord {
  Offset offset;
  Timestamp arrival;
  std::string_view key;
  std::string_view payload;
  std::vector<Attribute> attributes;
  bool blanked = false;  // erased: payload, key and attributes are empty
};

// Offsets that are lost to damage: from `first` up to, and without, `end`.
struct Gap {
  Offset first;
  Offset end;
};

struct ReadBatch {
  std::vector<LogRecord> records;
  std::vector<Gap> gaps;             // passed over on the way
  Offset next;                       // where to read on
  std::vector<std::string> buffers;  // what the records point into
};

// The partition that records of a key stand in: always the same for the same number of partitions.
Partition partition_of(std::string_view key, std::uint32_t partitions);

}  // namespace millrace
