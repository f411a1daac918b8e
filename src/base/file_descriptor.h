// An open file descriptor, closed when its owner goes.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"

namespace millrace {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() { reset(); }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

// Opens for reading, close-on-exec.
Result<FileDescriptor> open_for_reading(const std::string& path);

// All of a regular file. kInvalidArgument when it has more than `size_max` bytes.
Result<std::string> read_whole_file(const std::string& path, std::size_t size_max);

// One read, repeated when a signal interrupts it. 0 at the end of the file.
Result<std::size_t> read_some(int fd, std::span<char> into);

// Writes all of it, repeated for short writes.
Status write_all(int fd, std::string_view bytes);

}  // namespace millrace
