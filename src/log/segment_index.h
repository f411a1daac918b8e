// What is known of a segment without reading it, kept in a file beside it: docs/formats/topic-log.md. Only a
// shortcut: it can be made again from the segment.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "log/record_codec.h"
#include "log/topic.h"

namespace millrace {

struct SegmentSummary {
  std::uint64_t segment_id = 0;  // 0: not known
  Offset base;
  Offset next;             // behind its last record
  std::uint64_t size = 0;  // of the file, up to the end of its last batch
  std::uint64_t records = 0;
  Timestamp first_record;  // when it arrived; these two mean nothing without records
  Timestamp newest_record;
  Timestamp last_arrival;  // of a record or time record

  // Takes note of a batch at its end, `lost` of whose records cannot be read.
  void add(const BatchHeader& header, std::uint64_t position, std::uint64_t lost = 0);

  friend bool operator==(const SegmentSummary&, const SegmentSummary&) = default;
};

// Of a segment that has its header and no batch.
SegmentSummary empty_segment(std::uint64_t segment_id, Offset base);

// A batch with records: where it starts, and what it starts with.
struct IndexEntry {
  Offset offset;
  std::uint64_t position = 0;
  Timestamp arrival;

  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

struct SegmentIndex {
  SegmentSummary summary;
  std::vector<IndexEntry> entries;  // sparse, ascending
};

// Whether a batch at `position` gets an entry, `distance` bytes behind the last one.
bool needs_entry(std::span<const IndexEntry> entries, const BatchHeader& header, std::uint64_t position,
                 std::uint64_t distance);

inline constexpr std::size_t kSegmentIndexSizeMax = 256 << 20;

std::string encode(const SegmentIndex& index);
// kCorrupt for anything else.
Result<SegmentIndex> decode_segment_index(std::string_view bytes);

// The last entry that starts at or before `offset`, or before `time`; the segment's start if there is none.
IndexEntry place_of(const SegmentSummary& summary, std::span<const IndexEntry> entries, Offset offset);
IndexEntry place_of(const SegmentSummary& summary, std::span<const IndexEntry> entries, Timestamp time);

}  // namespace millrace
