#include "app/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace millrace {

Result<DataFolder> DataFolder::open(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path().empty() ? "." : path.parent_path(), error);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail_errno("cannot create the data folder " + path.string(), errno);
  }
  const std::string lock_path = (path / "LOCK").string();
  FileDescriptor lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  // A disk that has become read-only is no reason not to find who has the folder.
  if (!lock.is_open() && errno == EROFS)
    lock = FileDescriptor(::open(lock_path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!lock.is_open()) return fail_errno("cannot open " + lock_path, errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail_errno("cannot lock " + lock_path, errno);
    return fail(ErrorCode::kConflict,
                "the data folder " + path.string() + " is in use by another millrace process");
  }
  return DataFolder(path, std::move(lock));
}

}  // namespace millrace
