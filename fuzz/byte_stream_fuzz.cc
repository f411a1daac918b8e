// Any bytes as a file, plain or compressed: reading it to its end gives the same bytes whatever the size of
// the reads, and a stream that is none is an error.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "property.h"
#include "warehouse/byte_stream.h"

namespace millrace {
namespace {

constexpr std::size_t kOutputMax = 1 << 20;  // a few bytes can inflate to gigabytes: enough is seen by then

FileDescriptor file_of(std::string_view bytes) {
  FileDescriptor file(::memfd_create("fuzz", MFD_CLOEXEC));
  FUZZ_CHECK(file.is_open());
  FUZZ_CHECK(write_all(file.get(), bytes).has_value());
  FUZZ_CHECK(::lseek(file.get(), 0, SEEK_SET) == 0);
  return file;
}

struct Reading {
  std::string bytes;
  bool failed = false;
  bool cut = false;  // at kOutputMax
};

Reading read_in_steps(std::string_view file_bytes, std::size_t step) {
  Reading reading;
  auto stream = open_byte_stream(file_of(file_bytes));
  FUZZ_CHECK(stream.has_value());
  std::vector<char> buffer(step);
  while (reading.bytes.size() < kOutputMax) {
    const auto count = (*stream)->read(buffer);
    FUZZ_CHECK((*stream)->file_position() <= file_bytes.size());
    if (!count) {
      FUZZ_CHECK(!count.error().message.empty());
      reading.failed = true;
      return reading;
    }
    FUZZ_CHECK(*count <= step);
    reading.bytes.append(buffer.data(), *count);
    if (*count < step) {
      const auto after_end = (*stream)->read(buffer);
      FUZZ_CHECK(after_end.has_value() && *after_end == 0);
      FUZZ_CHECK((*stream)->file_position() == file_bytes.size());
      return reading;
    }
  }
  reading.cut = true;
  return reading;
}

// By its first bytes: gzip (RFC 1952), zstd, or a zstd frame to skip (RFC 8878, 3.1.2).
bool is_compressed(std::string_view bytes) {
  const bool to_skip =
      bytes.size() >= 4 && (bytes[0] & 0xf0) == 0x50 && bytes.substr(1).starts_with("\x2a\x4d\x18");
  return bytes.starts_with("\x1f\x8b") || bytes.starts_with("\x28\xb5\x2f\xfd") || to_skip;
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  const std::string_view file = fuzz_text(data, size);
  const Reading in_large_steps = read_in_steps(file, 64 << 10);
  if (!is_compressed(file)) FUZZ_CHECK(!in_large_steps.failed && in_large_steps.bytes == file);
  if (in_large_steps.bytes.size() > 16 << 10) return 0;
  const Reading in_small_steps = read_in_steps(file, 7);
  FUZZ_CHECK(in_small_steps.failed == in_large_steps.failed);
  if (!in_large_steps.failed) FUZZ_CHECK(in_small_steps.bytes == in_large_steps.bytes);
  return 0;
}
