// Reads a segment from one end to the other after a crash: what is sound, what is damaged, what was torn.
#pragma once

#include <cstdint>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"
#include "log/segment_index.h"

namespace millrace {

// A stretch of a segment that holds no sound batch, or a batch of which records are damaged.
struct DamagedStretch {
  std::uint64_t position = 0;
  std::uint64_t end = 0;
  std::int64_t lost_records = 0;
};

struct SegmentScan {
  SegmentIndex index;  // of what is sound; its size leaves out what is torn
  std::vector<DamagedStretch> damage;
  std::uint64_t torn_bytes = 0;  // to be cut off

  std::int64_t lost_records() const;
};

struct ScanTask {
  SegmentIndex known;  // what an index says of its beginning; else where the batches start
  std::uint64_t file_size = 0;
  bool has_sound_header = true;
  // The segment that was written to last: what is unsound at its end, and not proved to have been durable, is
  // torn and was never acknowledged. In the others all was durable.
  bool is_last = false;
  Offset limit;  // base of the segment behind it
  std::uint64_t index_distance = 0;
};

// Errors are those of reading.
Result<SegmentScan> scan_segment(const File& file, const ScanTask& task);

}  // namespace millrace
