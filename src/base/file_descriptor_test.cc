#include "base/file_descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <thread>

namespace millrace {
namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    reading = FileDescriptor(ends[0]);
    writing = FileDescriptor(ends[1]);
  }
  FileDescriptor reading;
  FileDescriptor writing;
};

TEST(FileDescriptor, IsClosedWhenItsOwnerGoes) {
  int fd = -1;
  {
    const Pipe pipe;
    fd = pipe.reading.get();
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(FileDescriptor, MovingHandsItOver) {
  Pipe pipe;
  const int fd = pipe.reading.get();
  FileDescriptor taken = std::move(pipe.reading);
  EXPECT_EQ(taken.get(), fd);
  EXPECT_TRUE(is_open(fd));

  const int replaced = pipe.writing.get();
  pipe.writing = std::move(taken);
  EXPECT_EQ(pipe.writing.get(), fd);
  EXPECT_FALSE(is_open(replaced));
}

TEST(FileDescriptor, ReleaseLeavesItOpen) {
  Pipe pipe;
  const FileDescriptor owner(pipe.reading.release());
  EXPECT_FALSE(pipe.reading.is_open());
  EXPECT_TRUE(is_open(owner.get()));
}

TEST(OpenForReading, MissingFileIsNamedInTheError) {
  const auto file = open_for_reading("/no/such/file");
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().code, ErrorCode::kIo);
  EXPECT_EQ(file.error().message, "cannot open /no/such/file: No such file or directory");
}

TEST(OpenForReading, FileIsNotInheritedByChildren) {
  const auto file = open_for_reading("/dev/null");
  ASSERT_TRUE(file.has_value());
  EXPECT_NE(::fcntl(file->get(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(ReadSome, EndOfFileIsZeroBytes) {
  const auto file = open_for_reading("/dev/null");
  ASSERT_TRUE(file.has_value());
  std::array<char, 8> buffer;
  EXPECT_EQ(read_some(file->get(), buffer), std::size_t{0});
}

TEST(ReadSome, ClosedDescriptorIsAnError) {
  std::array<char, 8> buffer;
  EXPECT_EQ(read_some(-1, buffer).error().code, ErrorCode::kIo);
}

TEST(WriteAll, MoreThanAPipeHoldsArrivesWhole) {
  Pipe pipe;
  const std::string sent(1 << 20, 'x');
  std::string received;
  std::jthread reader([&] {
    std::array<char, 4096> buffer;
    for (;;) {
      const auto count = read_some(pipe.reading.get(), buffer);
      if (!count || *count == 0) return;
      received.append(buffer.data(), *count);
    }
  });
  EXPECT_TRUE(write_all(pipe.writing.get(), sent).has_value());
  pipe.writing.reset();
  reader.join();
  EXPECT_EQ(received, sent);
}

TEST(WriteAll, FullDeviceIsAnError) {
  const FileDescriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full.is_open());
  const Status status = write_all(full.get(), "x");
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message, "cannot write: No space left on device");
}

}  // namespace
}  // namespace millrace
