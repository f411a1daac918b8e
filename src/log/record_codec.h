// Records and batches as bytes: docs/formats/topic-log.md, version 1. Pure functions of bytes.
//
// A batch is what one group commit wrote together for one partition: a header with a checksum of its own,
// which says how far the segment was durable when the batch was written, then records, each with its length
// and checksum, so that damage costs single records and not the batch. A batch without records tells only
// that time has passed. Batches carry the random number of their segment: what looks like a batch and comes
// from elsewhere, from a payload or from blocks of a removed file, is none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "log/topic.h"

namespace millrace {

inline constexpr std::size_t kSegmentHeaderSize = 64;
inline constexpr std::size_t kBatchHeaderSize = 64;
inline constexpr std::uint16_t kLogFormatVersion = 1;

// First bytes of a segment file.
struct SegmentHeader {
  std::uint64_t segment_id = 0;  // random, never 0
  Offset base;                   // of the first record that it may hold
  Timestamp created;
};
std::string encode(const SegmentHeader& header);
// kCorrupt; kInvalidArgument when a later version of this program wrote it.
Result<SegmentHeader> decode_segment_header(std::string_view bytes);

struct BatchHeader {
  std::uint64_t segment_id = 0;
  Offset base;                     // of its first record
  Timestamp arrival;               // of all its records; never before that of the batch before
  std::uint32_t record_count = 0;  // 0: a time record
  std::uint32_t stored_size = 0;   // bytes behind the header
  std::uint32_t plain_size = 0;    // the same, decompressed
  // Position in the segment up to which all was synced before this was written.
  std::uint64_t durable_until = 0;
  LogCompression compression = LogCompression::kNone;
};
// Exactly kBatchHeaderSize bytes, appended.
void append_header(const BatchHeader& header, std::string& out);
// kCorrupt for anything that is no header; looks at kBatchHeaderSize bytes.
Result<BatchHeader> decode_batch_header(std::string_view bytes);
// The bytes that every such header starts with.
std::string_view batch_magic();

// Bytes of a record beside its key, attributes and payload, if it has no attributes.
inline constexpr std::size_t kRecordOverhead = 20;

// Appends a record's bytes to the body of a batch.
void append_record(const NewRecord& record, std::string& body);
std::size_t encoded_size(const NewRecord& record);

// Reads the records of a batch's plain body one after the other.
class BodyReader {
 public:
  enum class Found { kRecord, kDamaged, kEnd };

  BodyReader(const BatchHeader& header, std::string_view body) : header_(header), rest_(body) {}

  // kDamaged: one record, or all the rest when lengths can no longer be believed; `lost` tells how many.
  Found next(LogRecord& record, Gap& lost);
  std::size_t bytes_left() const { return rest_.size(); }

 private:
  Found lose_rest(Gap& lost);
  Offset offset() const { return {header_.base.value + index_}; }

  BatchHeader header_;
  std::string_view rest_;
  std::uint32_t index_ = 0;
};

// Erases the records at `offsets` (ascending) from a batch's plain body: lengths stay, all else is zeros.
// What is damaged and may belong to one of them becomes zeros, too.
void blank_records(const BatchHeader& header, std::string& body, std::span<const Offset> offsets);

// Whether one of `offsets` (ascending) lies from `first` up to, and without, `end`.
bool has_offset_within(std::span<const Offset> offsets, Offset first, Offset end);

}  // namespace millrace
