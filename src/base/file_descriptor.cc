#include "base/file_descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace millrace {

void FileDescriptor::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<FileDescriptor> open_for_reading(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail_errno("cannot open " + path, errno);
  return FileDescriptor(fd);
}

Result<std::string> read_whole_file(const std::string& path, std::size_t size_max) {
  MILLRACE_ASSIGN(const FileDescriptor file, open_for_reading(path));
  std::string bytes(size_max + 1, '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    MILLRACE_ASSIGN(const std::size_t count, read_some(file.get(), std::span(bytes).subspan(size)));
    if (count == 0) break;
    size += count;
  }
  if (size > size_max) {
    return fail(ErrorCode::kInvalidArgument,
                path + " has more than " + std::to_string(size_max) + " bytes, the most that is read");
  }
  bytes.resize(size);
  return bytes;
}

Result<std::size_t> read_some(int fd, std::span<char> into) {
  for (;;) {
    const ssize_t count = ::read(fd, into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) return fail_errno("cannot read", errno);
  }
}

Status write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      return fail_errno("cannot write", errno);
    }
  }
  return {};
}

}  // namespace millrace
