#include "warehouse/byte_stream.h"

#include <poll.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace millrace {
namespace {

constexpr std::size_t kInputBufferSize = 256 << 10;
constexpr int kStopCheckMillis = 100;
constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";
constexpr std::string_view kZstdSkippableMagic =
    "\x2a\x4d\x18";  // behind a byte from 0x50 to 0x5f; pzstd starts with it

// Until there is something to read, or the end.
Status wait_until_readable(int fd, const std::stop_token& stop) {
  if (!stop.stop_possible()) return {};
  pollfd poll{fd, POLLIN, 0};
  while (!stop.stop_requested()) {
    const int ready = ::poll(&poll, 1, kStopCheckMillis);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return fail_errno("cannot wait for input", errno);
  }
  return fail(ErrorCode::kCancelled, "stopped while waiting for input");
}

// A file descriptor whose first bytes have been looked at already.
class PeekedFile {
 public:
  PeekedFile(FileDescriptor fd, std::stop_token stop) : fd_(std::move(fd)), stop_(std::move(stop)) {}

  Status peek() {
    while (head_size_ < head_.size()) {
      MILLRACE_TRY(wait_until_readable(fd_.get(), stop_));
      MILLRACE_ASSIGN(const std::size_t count, read_some(fd_.get(), std::span(head_).subspan(head_size_)));
      if (count == 0) break;
      head_size_ += count;
    }
    return {};
  }
  std::string_view head() const { return {head_.data(), head_size_}; }

  Result<std::size_t> read(std::span<char> into) {
    if (head_taken_ < head_size_) {
      const std::size_t count = std::min(into.size(), head_size_ - head_taken_);
      std::memcpy(into.data(), head_.data() + head_taken_, count);
      head_taken_ += count;
      position_ += count;
      return count;
    }
    MILLRACE_TRY(wait_until_readable(fd_.get(), stop_));
    MILLRACE_ASSIGN(const std::size_t count, read_some(fd_.get(), into));
    position_ += count;
    return count;
  }
  std::uint64_t position() const { return position_; }

 private:
  FileDescriptor fd_;
  std::stop_token stop_;
  std::array<char, 4> head_{};
  std::size_t head_size_ = 0;
  std::size_t head_taken_ = 0;
  std::uint64_t position_ = 0;
};

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(PeekedFile file) : file_(std::move(file)) {}

  Result<std::size_t> read(std::span<char> into) override {
    std::size_t filled = 0;
    while (filled < into.size()) {
      MILLRACE_ASSIGN(const std::size_t count, file_.read(into.subspan(filled)));
      if (count == 0) break;
      filled += count;
    }
    return filled;
  }
  Result<std::size_t> read_available(std::span<char> into) override { return file_.read(into); }
  std::uint64_t file_position() const override { return file_.position(); }

 private:
  PeekedFile file_;
};

// What both decompressors share: input that is refilled, and output that is filled as far as it goes.
class InflatingStream : public ByteStream {
 public:
  explicit InflatingStream(PeekedFile file) : file_(std::move(file)), input_(kInputBufferSize) {}

  Result<std::size_t> read(std::span<char> into) override { return read_at_least(into.size(), into); }
  Result<std::size_t> read_available(std::span<char> into) override { return read_at_least(1, into); }
  std::uint64_t file_position() const override { return file_.position(); }

 protected:
  // Moves some bytes from input to `into`, and tells whether a member is left unfinished.
  virtual Result<std::size_t> inflate_some(std::span<char> into) = 0;

  std::span<char> input() { return std::span(input_).subspan(input_at_, input_end_ - input_at_); }
  void take_input(std::size_t count) { input_at_ += count; }
  void set_inside_member(bool inside) { inside_member_ = inside; }

 private:
  Result<std::size_t> read_at_least(std::size_t wanted, std::span<char> into) {
    std::size_t filled = 0;
    while (filled < wanted) {
      if (input_at_ == input_end_) {
        MILLRACE_ASSIGN(input_end_, file_.read(input_));
        input_at_ = 0;
        if (input_end_ == 0) {
          if (inside_member_)
            return fail(ErrorCode::kCorrupt, "the compressed data ends in the middle: was it cut off?");
          return filled;
        }
      }
      MILLRACE_ASSIGN(const std::size_t count, inflate_some(into.subspan(filled)));
      filled += count;
    }
    return filled;
  }

  PeekedFile file_;
  std::vector<char> input_;
  std::size_t input_at_ = 0;
  std::size_t input_end_ = 0;
  bool inside_member_ = false;
};

class GzipStream final : public InflatingStream {
 public:
  explicit GzipStream(PeekedFile file) : InflatingStream(std::move(file)) {
    MILLRACE_CHECK(inflateInit2(&zlib_, MAX_WBITS + 16) == Z_OK);
  }
  ~GzipStream() override { inflateEnd(&zlib_); }

 protected:
  Result<std::size_t> inflate_some(std::span<char> into) override {
    const std::span<char> from = input();
    zlib_.next_in = reinterpret_cast<Bytef*>(from.data());
    zlib_.avail_in = static_cast<uInt>(from.size());
    zlib_.next_out = reinterpret_cast<Bytef*>(into.data());
    zlib_.avail_out = static_cast<uInt>(std::min<std::size_t>(into.size(), 1u << 30));
    const uInt room = zlib_.avail_out;
    const int state = ::inflate(&zlib_, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END) {
      return fail(ErrorCode::kCorrupt, std::string("the gzip data is damaged: ") +
                                           (zlib_.msg != nullptr ? zlib_.msg : "no reason given"));
    }
    take_input(from.size() - zlib_.avail_in);
    set_inside_member(state != Z_STREAM_END);
    if (state == Z_STREAM_END) inflateReset(&zlib_);
    return room - zlib_.avail_out;
  }

 private:
  z_stream zlib_{};
};

class ZstdStream final : public InflatingStream {
 public:
  explicit ZstdStream(PeekedFile file) : InflatingStream(std::move(file)), zstd_(ZSTD_createDStream()) {
    MILLRACE_CHECK(zstd_ != nullptr);
  }
  ~ZstdStream() override { ZSTD_freeDStream(zstd_); }

 protected:
  Result<std::size_t> inflate_some(std::span<char> into) override {
    const std::span<char> from = input();
    ZSTD_inBuffer in{from.data(), from.size(), 0};
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    const std::size_t left = ZSTD_decompressStream(zstd_, &out, &in);
    if (ZSTD_isError(left)) {
      return fail(ErrorCode::kCorrupt, std::string("the zstd data is damaged: ") + ZSTD_getErrorName(left));
    }
    take_input(in.pos);
    set_inside_member(left != 0);
    return out.pos;
  }

 private:
  ZSTD_DStream* zstd_;
};

bool is_zstd(std::string_view head) {
  return head.starts_with(kZstdMagic) ||
         (head.size() == 4 && (head[0] & 0xf0) == 0x50 && head.substr(1) == kZstdSkippableMagic);
}

}  // namespace

Result<std::unique_ptr<ByteStream>> open_byte_stream(FileDescriptor fd, std::stop_token stop) {
  PeekedFile file(std::move(fd), std::move(stop));
  MILLRACE_TRY(file.peek());
  if (file.head().starts_with(kGzipMagic)) return std::make_unique<GzipStream>(std::move(file));
  if (is_zstd(file.head())) return std::make_unique<ZstdStream>(std::move(file));
  return std::make_unique<PlainStream>(std::move(file));
}

}  // namespace millrace
