// Finds out what a partition's folder holds, and puts it in order: docs/formats/topic-log.md, "Recovery".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"
#include "log/partition_log.h"
#include "log/segment_index.h"

namespace millrace {

struct ActiveSegment {
  std::shared_ptr<File> file;
  SegmentIndex index;
};

struct RecoveredPartition {
  std::vector<SegmentSummary> sealed;   // by base; all but the last hold what they were given
  std::optional<ActiveSegment> active;  // goes on being written to
  Offset next;                          // of the next record
  Timestamp last_arrival;               // micros 0 when there is none
};

Result<RecoveredPartition> recover_partition(FileSystem& files, const std::string& folder,
                                             const PartitionOptions& options, Timestamp now,
                                             Recovery& recovery);

}  // namespace millrace
