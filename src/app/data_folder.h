// The data folder: everything the platform keeps on this machine, owned by one process at a time.
#pragma once

#include <filesystem>
#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace millrace {

// Holds the folder's lock until destroyed.
class DataFolder {
 public:
  // Creates the folder (mode 0700) if needed and takes its lock. kConflict when another process has it.
  static Result<DataFolder> open(const std::filesystem::path& path);

  std::string warehouse_file() const { return (path_ / "warehouse.duckdb").string(); }
  std::string log_folder() const { return (path_ / "log").string(); }
  std::string access_folder() const { return (path_ / "access").string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  DataFolder(std::filesystem::path path, FileDescriptor lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  FileDescriptor lock_;
};

}  // namespace millrace
