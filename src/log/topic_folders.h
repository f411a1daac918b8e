// The folders of topics: log/<topic>/ with the file `topic`, which says what it is, and a folder for each
// partition: 0, 1, 2, … A topic is there when its file is, which appears and disappears by a rename, so that
// there is never half of one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"
#include "base/time.h"
#include "log/topic.h"

namespace millrace {

struct TopicDescription {
  std::string name;
  TopicSettings settings;
  Timestamp created;

  friend bool operator==(const TopicDescription&, const TopicDescription&) = default;
};

// The file `topic`: lines of a name and a value, the last with the checksum of those before.
std::string topic_file_text(const TopicDescription& topic);
// kCorrupt; kInvalidArgument when a later version of this program wrote it.
Result<TopicDescription> parse_topic_file(std::string_view name, std::string_view text);

// Not thread-safe.
class TopicFolders {
 public:
  TopicFolders(FileSystem& files, std::string folder) : files_(files), folder_(std::move(folder)) {}

  // Makes the folder, finishes what interrupted calls began, and says which topics there are. A topic whose
  // file is lost or damaged is given `fallback`, with as many partitions as it has folders, and reported.
  Result<std::vector<TopicDescription>> open(const TopicSettings& fallback, Timestamp now);

  // The topic must not be there; kConflict when its folder is, with something in it. Afterwards it survives a
  // power cut.
  Status create(const TopicDescription& topic);
  // After an error the topic may be there at the next start; else it is gone for good, even if not all of its
  // space could be freed yet.
  Status remove(std::string_view name);

  std::string partition_folder(std::string_view name, Partition partition) const;

 private:
  std::string path(std::string_view name) const;
  Result<TopicDescription> read(std::string_view name, const TopicSettings& fallback, Timestamp now);
  Result<TopicDescription> mend(std::string_view name, const TopicSettings& fallback, Timestamp now,
                                const Error& why);
  Result<bool> finish_interrupted(std::string_view name);
  Status finish_removal(std::string_view name);
  Status remove_all(const std::string& path);

  FileSystem& files_;
  const std::string folder_;
};

}  // namespace millrace
