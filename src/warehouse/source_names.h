// The numbers by which stored rows name their sources: topic partitions and files.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "warehouse/database.h"

namespace millrace {

struct SourceName {
  std::string topic;
  std::optional<std::int32_t> partition;  // nothing for files
  std::string file;                       // empty for topics

  friend auto operator<=>(const SourceName&, const SourceName&) = default;
};

// Safe to use from several threads.
class SourceNames {
 public:
  static Result<SourceNames> open(Connection connection);
  SourceNames(SourceNames&& other) noexcept
      : connection_(std::move(other.connection_)), ids_(std::move(other.ids_)) {}

  // Gives numbers to all that have none yet, in one statement: many files are named before they are read.
  Status add(const std::vector<SourceName>& names);

  // The source's number; a new one is committed before it is returned, since rows refer to it by position.
  Result<std::uint32_t> id_of(const SourceName& name);

 private:
  explicit SourceNames(Connection connection) : connection_(std::move(connection)) {}

  std::mutex mutex_;
  Connection connection_;                    // guarded by mutex_
  std::map<SourceName, std::uint32_t> ids_;  // guarded by mutex_
};

}  // namespace millrace
