// A topic log over partitions of another kind, as tests need them; else see TopicLog::open.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "log/partition_log.h"
#include "log/topic_log.h"

namespace millrace {

using PartitionOpener = std::function<Result<std::unique_ptr<PartitionLog>>(
    std::string folder, const PartitionOptions& options, Recovery& recovery)>;

Result<std::unique_ptr<TopicLog>> open_topic_log(FileSystem& files, const Clock& clock, std::string folder,
                                                 const TopicLogOptions& options,
                                                 PartitionOpener open_partition);

}  // namespace millrace
