#include "warehouse/log_tail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "base/file_descriptor.h"

namespace millrace {
namespace {

// The log: a header, then entries, each as its size, its checksum (8 bytes each, little-endian) and its
// bytes. A transaction is its entries up to one that says "flush". Fields in header and entries: a number of
// 2 bytes, a value; 0xffff ends them.
constexpr std::size_t kEntryFrameSize = 16;
constexpr std::string_view kFlushEntry("\x64\x00\x64\xff\xff", 5);
constexpr std::string_view kHeaderStart("\x64\x00\x62\x65\x00\x02\x66\x00",
                                        8);  // entry 98, version 2, identifier
constexpr std::string_view kHeaderIteration("\x67\x00", 2);
constexpr std::string_view kHeaderEnd("\xff\xff", 2);
constexpr std::size_t kHeaderSizeMax = 128;

// Reads at most as much as `into` holds; fewer bytes only at the end of the file.
Result<std::string_view> read_at(int fd, std::uint64_t position, std::span<char> into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t count =
        ::pread(fd, into.data() + filled, into.size() - filled, static_cast<off_t>(position + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_errno("cannot read the warehouse's log", errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return std::string_view(into.data(), filled);
}

// Walks over the header.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view bytes) : bytes_(bytes) {}

  bool take(std::string_view expected) {
    if (!bytes_.substr(at_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  // A number in groups of seven bits, the lowest first.
  std::optional<std::uint64_t> take_number() {
    std::uint64_t number = 0;
    for (int shift = 0; shift < 63 && at_ < bytes_.size(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return number;
    }
    return std::nullopt;
  }

  std::size_t position() const { return at_; }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

// The position behind the header; nothing when it is of another form.
std::optional<std::size_t> header_size(std::string_view bytes) {
  HeaderReader header(bytes);
  if (!header.take(kHeaderStart)) return std::nullopt;
  const auto identifier_size = header.take_number();
  if (!identifier_size || *identifier_size > kHeaderSizeMax) return std::nullopt;
  for (std::uint64_t i = 0; i < *identifier_size; ++i) {
    if (!header.take_number()) return std::nullopt;
  }
  if (header.take(kHeaderIteration) && !header.take_number()) return std::nullopt;
  if (!header.take(kHeaderEnd)) return std::nullopt;
  return header.position();
}

// The end of the last transaction whose flush is there; 0 when there is none.
Result<std::uint64_t> end_of_transactions(int fd, std::uint64_t first_entry, std::uint64_t file_size) {
  std::uint64_t end = 0;
  std::uint64_t at = first_entry;
  std::array<char, kEntryFrameSize + kFlushEntry.size()> buffer;
  for (;;) {
    MILLRACE_ASSIGN(const std::string_view bytes, read_at(fd, at, buffer));
    if (bytes.size() < buffer.size()) return end;
    std::uint64_t size = 0;
    std::memcpy(&size, bytes.data(), sizeof(size));
    if (size > file_size - at - kEntryFrameSize) return end;  // cut off
    at += kEntryFrameSize + size;
    if (size == kFlushEntry.size() && bytes.ends_with(kFlushEntry)) end = at;
  }
}

}  // namespace

Status cut_unfinished_transaction(const std::string& log_path) {
  const FileDescriptor fd(::open(log_path.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.is_open()) {
    if (errno == ENOENT) return {};
    return fail_errno("cannot open " + log_path, errno);
  }
  struct stat facts{};
  if (::fstat(fd.get(), &facts) != 0) return fail_errno("cannot look at " + log_path, errno);
  const auto file_size = static_cast<std::uint64_t>(facts.st_size);
  std::array<char, kHeaderSizeMax> buffer;
  MILLRACE_ASSIGN(const std::string_view start, read_at(fd.get(), 0, buffer));
  const auto first_entry = header_size(start);
  if (!first_entry) return {};
  MILLRACE_ASSIGN(const std::uint64_t end, end_of_transactions(fd.get(), *first_entry, file_size));
  if (end == file_size) return {};
  if (::ftruncate(fd.get(), static_cast<off_t>(end)) != 0 || ::fsync(fd.get()) != 0) {
    return fail_errno("cannot cut " + log_path, errno);
  }
  return {};
}

}  // namespace millrace
