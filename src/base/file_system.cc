#include "base/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "base/fail_point.h"
#include "base/file_descriptor.h"

namespace millrace {
namespace {

constexpr std::size_t kPartsAtOnce = 256;  // of one system call, which takes 1024 at most

std::unexpected<Error> fail_path(std::string_view what, const std::string& path, int error_number) {
  auto error = fail_errno(fmt::format("cannot {} {}", what, path), error_number);
  if (error_number == ENOENT) error.error().code = ErrorCode::kNotFound;
  if (error_number == EEXIST) error.error().code = ErrorCode::kConflict;
  return error;
}

// A sync that failed is never merely a full disk: what was written before it may be gone.
std::unexpected<Error> fail_sync(const std::string& path, int error_number) {
  auto error = fail_path("sync", path, error_number);
  error.error().code = ErrorCode::kIo;
  return error;
}

// The next parts as the system takes them, without what is written already.
class PartQueue {
 public:
  explicit PartQueue(std::span<const std::string_view> parts) : parts_(parts) { skip_empty(); }

  bool empty() const { return parts_.empty(); }

  std::span<const iovec> head() {
    std::size_t count = 0;
    for (const std::string_view part : parts_.first(std::min(parts_.size(), kPartsAtOnce))) {
      const std::string_view rest = count == 0 ? part.substr(written_) : part;
      vectors_[count++] = {const_cast<char*>(rest.data()), rest.size()};
    }
    return std::span(vectors_).first(count);
  }

  void advance(std::size_t bytes) {
    written_ += bytes;
    while (!parts_.empty() && written_ >= parts_.front().size()) {
      written_ -= parts_.front().size();
      parts_ = parts_.subspan(1);
    }
  }

 private:
  void skip_empty() { advance(0); }

  std::span<const std::string_view> parts_;
  std::size_t written_ = 0;  // of the first of them
  std::array<iovec, kPartsAtOnce> vectors_;
};

class PosixFile final : public File {
 public:
  PosixFile(FileDescriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Status write_at(std::uint64_t position, std::span<const std::string_view> parts) override {
    PartQueue queue(parts);
    while (!queue.empty()) {
      const auto head = queue.head();
      const ssize_t count =
          ::pwritev(fd_.get(), head.data(), static_cast<int>(head.size()), static_cast<off_t>(position));
      if (count > 0) {
        position += static_cast<std::uint64_t>(count);
        queue.advance(static_cast<std::size_t>(count));
      } else if (count == 0 || errno != EINTR) {
        return fail_path("write", path_, count == 0 ? EIO : errno);
      }
    }
    return {};
  }

  Result<std::size_t> read_at(std::uint64_t position, std::span<char> into) const override {
    std::size_t size = 0;
    while (size < into.size()) {
      const ssize_t count =
          ::pread(fd_.get(), into.data() + size, into.size() - size, static_cast<off_t>(position + size));
      if (count == 0) break;
      if (count > 0) {
        size += static_cast<std::size_t>(count);
      } else if (errno != EINTR) {
        return fail_path("read", path_, errno);
      }
    }
    return size;
  }

  Result<std::uint64_t> size() const override {
    struct stat found;
    if (::fstat(fd_.get(), &found) != 0) return fail_path("look at", path_, errno);
    return static_cast<std::uint64_t>(found.st_size);
  }

  Status truncate(std::uint64_t size) override {
    if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) return fail_path("truncate", path_, errno);
    return {};
  }

  Status sync_data() override {
    if (::fdatasync(fd_.get()) != 0) return fail_sync(path_, errno);
    return {};
  }

 private:
  FileDescriptor fd_;
  std::string path_;
};

int flags(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead:
      return O_RDONLY;
    case OpenMode::kReadWrite:
      return O_RDWR;
    case OpenMode::kCreate:
      return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

}  // namespace

Result<std::string> FileSystem::read_file(const std::string& path, std::size_t size_max) {
  MILLRACE_ASSIGN(const auto file, open(path, OpenMode::kRead));
  MILLRACE_ASSIGN(const std::uint64_t size, file->size());
  if (size > size_max) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} has {} bytes; at most {} are read", path, size, size_max));
  }
  std::string bytes(size, '\0');
  MILLRACE_ASSIGN(const std::size_t count, file->read_at(0, bytes));
  bytes.resize(count);
  return bytes;
}

Status FileSystem::replace_file(const std::string& folder, const std::string& name,
                                std::string_view content) {
  const std::string path = folder + "/" + name + ".tmp";
  if (Status removed = remove(path); !removed && removed.error().code != ErrorCode::kNotFound) return removed;
  MILLRACE_ASSIGN(const auto file, open(path, OpenMode::kCreate));
  const std::array parts = {content};
  if (Status written = file->write_at(0, parts); !written) {
    (void)remove(path);  // gives a full disk its space back; the error that counts is the first
    return written;
  }
  MILLRACE_TRY(synced(file->sync_data()));
  pass(FailPoint::kLogBeforeRename);
  MILLRACE_TRY(rename(path, folder + "/" + name));
  pass(FailPoint::kLogAfterRenameBeforeFolderSync);
  return synced(sync_folder(folder));
}

Status synced(Status status) {
  if (!status && status.error().code == ErrorCode::kNoSpace) status.error().code = ErrorCode::kIo;
  return status;
}

Result<std::unique_ptr<File>> PosixFileSystem::open(const std::string& path, OpenMode mode) {
  FileDescriptor fd(::open(path.c_str(), flags(mode) | O_CLOEXEC, 0600));
  if (!fd.is_open()) return fail_path(mode == OpenMode::kCreate ? "create" : "open", path, errno);
  return std::make_unique<PosixFile>(std::move(fd), path);
}

Result<std::vector<std::string>> PosixFileSystem::list(const std::string& folder) {
  const std::unique_ptr<DIR, CloseFolder> open_folder(::opendir(folder.c_str()));
  if (open_folder == nullptr) return fail_path("list", folder, errno);
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(open_folder.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return fail_path("list", folder, errno);
  return names;
}

Status PosixFileSystem::make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  const int error_number = errno;
  struct stat found;
  const bool is_there = ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
  if (error_number == EEXIST && is_there) return {};
  return fail_path("make the folder", path, error_number);
}

Status PosixFileSystem::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return fail_path("rename", from, errno);
  return {};
}

Status PosixFileSystem::remove(const std::string& path) {
  if (std::remove(path.c_str()) != 0) return fail_path("remove", path, errno);
  return {};
}

Status PosixFileSystem::sync_folder(const std::string& path) {
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) return fail_path("open", path, errno);
  if (::fsync(fd.get()) != 0) return fail_sync(path, errno);
  return {};
}

}  // namespace millrace
