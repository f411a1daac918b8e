// The one seam to the operating system's files for all that must be durable: the topic log writes through it,
// so that tests can fail any step (faulty_file_system.h) or cut the power at any moment
// (crash_file_system.h).
//
// What is durable when: bytes of a file after its sync_data(); a new, renamed or removed name after
// sync_folder() of the folder it stands in. Until then a power cut may keep any part of it, or none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace millrace {

// An open file, closed with its owner. Reads may run beside one writer; writes, truncate and sync_data of one
// file are the caller's to keep apart.
class File {
 public:
  virtual ~File() = default;

  // Writes all parts one after the other, from `position` on; after an error any prefix may be there.
  // kNoSpace when the disk or a quota is full or a size limit is reached, else kIo.
  virtual Status write_at(std::uint64_t position, std::span<const std::string_view> parts) = 0;
  // Fills `into` as far as the file reaches; fewer bytes only at its end.
  virtual Result<std::size_t> read_at(std::uint64_t position, std::span<char> into) const = 0;
  virtual Result<std::uint64_t> size() const = 0;
  virtual Status truncate(std::uint64_t size) = 0;
  // After an error the bytes written since the last good one may be lost for ever, whatever a later call
  // says: never try again.
  virtual Status sync_data() = 0;
};

enum class OpenMode {
  kRead,       // must be there
  kReadWrite,  // must be there
  kCreate,     // must not be there (kConflict)
};

// Thread-safe. Paths are as the system takes them. kNotFound where something is not there.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  // Names in it, in no order, without `.` and `..`.
  virtual Result<std::vector<std::string>> list(const std::string& folder) = 0;
  virtual Status make_folder(const std::string& path) = 0;  // good when it is there already; mode 0700
  virtual Status rename(const std::string& from, const std::string& to) = 0;  // replaces a file
  virtual Status remove(const std::string& path) = 0;                         // a file or an empty folder
  virtual Status sync_folder(const std::string& path) = 0;

  // All of a file of at most `size_max` bytes.
  Result<std::string> read_file(const std::string& path, std::size_t size_max);
  // Puts a whole file in the place of another, or of none: after a power cut one of the two is there.
  Status replace_file(const std::string& folder, const std::string& name, std::string_view content);
};

// The status of a sync. A failed one is kIo even where the system says that the disk is full: what was
// written before may be lost, and freeing space does not bring it back.
Status synced(Status status);

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Status make_folder(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_folder(const std::string& path) override;
};

}  // namespace millrace
