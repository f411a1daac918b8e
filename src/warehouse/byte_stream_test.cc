#include "warehouse/byte_stream.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <random>
#include <thread>
#include <vector>

#include "warehouse/test_folder.h"

namespace millrace {
namespace {

// All bytes of a file, read `step` at a time.
Result<std::string> read_all(const std::string& path, std::size_t step) {
  MILLRACE_ASSIGN(FileDescriptor fd, open_for_reading(path));
  MILLRACE_ASSIGN(const std::unique_ptr<ByteStream> stream, open_byte_stream(std::move(fd)));
  std::string all;
  std::string part(step, '\0');
  for (;;) {
    MILLRACE_ASSIGN(const std::size_t count, stream->read(part));
    all.append(part, 0, count);
    if (count < step) break;
  }
  MILLRACE_ASSIGN(const std::size_t more, stream->read(part));
  EXPECT_EQ(more, 0u) << "bytes behind the end";
  return all;
}

constexpr std::size_t kSteps[] = {1, 7, 4096, 1 << 20};

// Lines that compress like visits do.
std::string text_of(std::size_t size) {
  std::mt19937 random(11);
  std::string text;
  while (text.size() < size)
    text += "{\"page\":" + std::to_string(random() % 1000) + ",\"time\":\"2024-07-01\"}\n";
  text.resize(size);
  return text;
}

class ByteStreamTest : public testing::Test {
 protected:
  void expect_reads_as(std::string_view bytes, std::string_view expected) {
    const std::string path = folder_.write("file", bytes);
    for (const std::size_t step : kSteps) {
      const auto read = read_all(path, step);
      ASSERT_TRUE(read) << read.error().message << ", read " << step << " at a time";
      ASSERT_TRUE(*read == expected) << read->size() << " bytes of " << expected.size() << ", read " << step
                                     << " at a time";
    }
  }

  void expect_corrupt(std::string_view bytes) {
    const std::string path = folder_.write("file", bytes);
    for (const std::size_t step : kSteps) {
      const auto read = read_all(path, step);
      ASSERT_FALSE(read) << read->size() << " bytes were read, " << step << " at a time";
      EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
    }
  }

  TestFolder folder_;
};

TEST_F(ByteStreamTest, ReadsPlainBytesAsTheyAre) {
  for (const std::size_t size : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 300'000u})
    expect_reads_as(text_of(size), text_of(size));
}

TEST_F(ByteStreamTest, TakesShortStartsOfAMagicNumberForPlainBytes) {
  for (const std::string_view bytes : {"\x1f", "\x28", "\x28\xb5", "\x28\xb5\x2f"})
    expect_reads_as(bytes, bytes);
}

TEST_F(ByteStreamTest, InflatesGzip) {
  for (const std::size_t size : {0u, 1u, 5u, 100u, 300'000u})
    expect_reads_as(gzip(text_of(size)), text_of(size));
}

TEST_F(ByteStreamTest, InflatesZstdWithAndWithoutChecksum) {
  for (const std::size_t size : {0u, 1u, 5u, 100u, 131'072u, 300'000u}) {
    expect_reads_as(zstd(text_of(size), true), text_of(size));
    expect_reads_as(zstd(text_of(size), false), text_of(size));
  }
}

// What the last block inflates to is handed out in pieces, long after its bytes have been taken from the
// file.
TEST_F(ByteStreamTest, InflatesZstdToWhateverPieceTheLastBlockIsCutIn) {
  const std::string text = text_of(200'000);
  const std::string path = folder_.write("file", zstd(text, false));
  for (std::size_t step = 60'000; step <= 200'001; step += 9973) {
    const auto read = read_all(path, step);
    ASSERT_TRUE(read) << read.error().message << ", read " << step << " at a time";
    ASSERT_TRUE(*read == text);
  }
}

TEST_F(ByteStreamTest, ReadsSeveralMembersAsOneStream) {
  const std::string text = text_of(50'000);
  expect_reads_as(gzip(text) + gzip("") + gzip(text) + gzip("x"), text + text + "x");
  expect_reads_as(zstd(text) + zstd("") + zstd(text, true) + zstd("x"), text + text + "x");
}

TEST_F(ByteStreamTest, ReadsZstdThatStartsWithASkippableFrame) {
  using namespace std::string_literals;
  const std::string skippable = "\x50\x2a\x4d\x18\x04\x00\x00\x00"s + "mark";
  expect_reads_as(zstd("abc\n") + skippable + zstd("def\n"), "abc\ndef\n");
  expect_reads_as(skippable + zstd("abc\n"), "abc\n");  // as pzstd writes it
}

TEST_F(ByteStreamTest, NeverTakesACutOffFileForAWholeOne) {
  const std::string text = text_of(2000);
  for (const std::string& packed : {gzip(text), zstd(text), zstd(text, true)}) {
    for (std::size_t length = 4; length < packed.size(); ++length) {
      SCOPED_TRACE(length);
      expect_corrupt(std::string_view(packed).substr(0, length));
      ASSERT_FALSE(HasFatalFailure());
    }
  }
}

TEST_F(ByteStreamTest, NeverTakesGarbageBehindAMemberForItsEnd) {
  const std::string text = text_of(20'000);
  expect_corrupt(gzip(text) + "garbage");
  expect_corrupt(zstd(text) + "garbage");
}

TEST_F(ByteStreamTest, NoticesADamagedByte) {
  const std::string text = text_of(20'000);
  std::string packed = gzip(text);
  packed[packed.size() / 2] ^= 0x10;
  expect_corrupt(packed);
  packed = zstd(text, true);
  packed[packed.size() / 2] ^= 0x10;
  expect_corrupt(packed);
}

TEST_F(ByteStreamTest, FillsWhatItIsGivenFromAPipeThatComesInDrops) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string packed = gzip("{\"a\":1}\n{\"a\":2}\n");
  std::jthread writer([&packed, end = ends[1]] {
    for (const char byte : packed) {
      EXPECT_EQ(::write(end, &byte, 1), 1);
      std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
    ::close(end);
  });
  auto stream = open_byte_stream(FileDescriptor(ends[0]));
  ASSERT_TRUE(stream);
  std::string part(100, '\0');
  EXPECT_EQ((*stream)->read(part), 16u);
  EXPECT_EQ((*stream)->file_position(), packed.size());
}

TEST_F(ByteStreamTest, TellsThePositionInTheFileAndNotInTheText) {
  const std::string packed = gzip(std::string(1 << 20, 'x'));
  auto stream = open_byte_stream(*open_for_reading(folder_.write("file", packed)));
  ASSERT_TRUE(stream);
  std::string part(2 << 20, '\0');
  ASSERT_EQ((*stream)->read(part), 1u << 20);
  EXPECT_EQ((*stream)->file_position(), packed.size());
}

}  // namespace
}  // namespace millrace
