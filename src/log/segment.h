// Segments as files: their names, their headers, and reading the records of one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/file_system.h"
#include "base/result.h"
#include "log/record_codec.h"
#include "log/segment_index.h"
#include "log/topic.h"

namespace millrace {

std::string segment_file_name(Offset base);
std::string index_file_name(Offset base);

enum class PartitionFileKind { kSegment, kIndex, kUnfinished, kForeign };
struct PartitionFileName {
  PartitionFileKind kind = PartitionFileKind::kForeign;
  Offset base;  // of kSegment and kIndex
};
PartitionFileName parse_file_name(std::string_view name);

std::uint64_t random_segment_id();

// Makes the file with its header, which is durable when this returns; its name is not yet. When there is no
// space (kNoSpace), no file is left.
Result<std::unique_ptr<File>> create_segment(FileSystem& files, const std::string& path,
                                             const SegmentHeader& header);

// Moves batch.next over lost offsets, if it stands before them, and notes the gap.
void pass_over(ReadBatch& batch, Offset first, Offset end);

// One segment as a reader sees it: nothing behind the summary's size and next offset is looked at.
class SegmentReader {
 public:
  // `start` at or before what is asked for. All must outlive the reader.
  SegmentReader(const File& file, const SegmentSummary& summary, const IndexEntry& start)
      : file_(file), summary_(summary), start_(start) {}

  // Adds records from batch.next on, until the batch has `bytes_max` bytes or the segment ends, and moves
  // batch.next behind them. At least one record, if the segment has any there and `batch` has none.
  Status read(ReadBatch& batch, std::size_t& bytes, std::size_t bytes_max) const;
  // Of the first batch that arrived at or after `time`.
  Result<std::optional<Offset>> offset_at(Timestamp time) const;

 private:
  const File& file_;
  const SegmentSummary& summary_;
  IndexEntry start_;
};

}  // namespace millrace
