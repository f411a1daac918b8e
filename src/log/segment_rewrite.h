// Copies a segment without some of its records.
#pragma once

#include <cstdint>
#include <span>

#include "base/file_system.h"
#include "base/result.h"
#include "log/segment_index.h"
#include "log/topic.h"

namespace millrace {

struct SegmentCopy {
  const File& from;
  const SegmentSummary& summary;  // of it
  File& to;                       // has its header already
  std::uint64_t segment_id = 0;   // of the copy
  std::uint64_t index_distance = 0;
};

// Records at `blanked` (ascending) keep their offsets and lose their content. Damage stays as it is, unless
// it may hide one of them: then its bytes become zeros. Not synced. Returns the index of the copy.
Result<SegmentIndex> rewrite_segment(const SegmentCopy& copy, std::span<const Offset> blanked);

}  // namespace millrace
