// A file system in memory that knows what a power cut would leave: the bytes and names that are synced, and
// of all others any part.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/file_system.h"

namespace millrace {

// Thread-safe. Files that are open keep it alive.
class CrashFileSystem final : public FileSystem {
 public:
  CrashFileSystem();
  ~CrashFileSystem() override;

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Status make_folder(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_folder(const std::string& path) override;

  // After so many more changes and syncs nothing succeeds any more: the process is to be killed, or the power
  // to be cut, there.
  void stop_after(std::uint64_t operations);
  void go_on();
  bool is_stopped() const;

  // What a machine finds that comes up again after the power was cut now; the seed decides which of all that
  // may be left is left. This one goes on unharmed. Of what is not synced:
  // - a sector of 512 bytes holds what any of the writes to it since, or none, left there; anything from none
  //   to all of the sectors are written, in order or at random
  // - a file that has grown may have its new size, with zeros where nothing was written
  // - of the names that were made, changed and removed, each change may have happened or not
  std::unique_ptr<CrashFileSystem> crash(std::uint64_t seed) const;

  struct Disk;

 private:
  explicit CrashFileSystem(std::shared_ptr<Disk> disk);

  std::shared_ptr<Disk> disk_;
};

}  // namespace millrace
