// Another file system whose steps fail where a test wants it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"

namespace millrace {

enum class FileOperation { kOpen, kRead, kWrite, kTruncate, kSync, kRename, kRemove, kSyncFolder };
inline constexpr std::size_t kFileOperations = 8;

// Thread-safe. `inner` and this one must outlive the files.
class FaultyFileSystem final : public FileSystem {
 public:
  explicit FaultyFileSystem(FileSystem& inner);
  ~FaultyFileSystem() override;

  // Lets the n-th call from now fail, counted from 1. A write has put `bytes_kept` into the file before it
  // fails. After a failed sync all later ones of the same file succeed and do nothing, as the system's do:
  // the bytes are lost.
  void fail_nth(FileOperation operation, std::uint64_t nth, ErrorCode code = ErrorCode::kIo,
                std::size_t bytes_kept = 0);
  // Every write, and every file that is made, fails with kNoSpace once so many more bytes are written.
  void limit_space(std::uint64_t bytes_left);
  void free_space();

  std::uint64_t calls(FileOperation operation) const;

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Status make_folder(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_folder(const std::string& path) override;

  struct Faults;

 private:
  FileSystem& inner_;
  std::unique_ptr<Faults> faults_;
};

}  // namespace millrace
