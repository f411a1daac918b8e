#include "app/output_compressor.h"

#include <zlib.h>
#include <zstd.h>

#include <limits>

#include "base/check.h"

namespace millrace {
namespace {

constexpr std::size_t kRoomSize = 64 << 10;
constexpr int kGzipLevel = 1;
constexpr int kZstdLevel = 3;

class NoCompressor final : public OutputCompressor {
 public:
  void add(std::string_view bytes, std::string& out) override { out += bytes; }
  void finish(std::string&) override {}
};

class GzipCompressor final : public OutputCompressor {
 public:
  GzipCompressor() {
    constexpr int kGzipWindow = MAX_WBITS + 16;
    constexpr int kMemoryLevel = 8;
    MILLRACE_CHECK(
        deflateInit2(&zlib_, kGzipLevel, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK);
  }
  ~GzipCompressor() override { deflateEnd(&zlib_); }
  GzipCompressor(const GzipCompressor&) = delete;
  GzipCompressor& operator=(const GzipCompressor&) = delete;

  void add(std::string_view bytes, std::string& out) override {
    MILLRACE_CHECK(bytes.size() <= std::numeric_limits<uInt>::max());
    zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    zlib_.avail_in = static_cast<uInt>(bytes.size());
    while (zlib_.avail_in > 0) (void)deflate_some(Z_NO_FLUSH, out);
  }

  void finish(std::string& out) override {
    while (deflate_some(Z_FINISH, out) != Z_STREAM_END) {
    }
    MILLRACE_CHECK(deflateReset(&zlib_) == Z_OK);
  }

 private:
  int deflate_some(int flush, std::string& out) {
    const std::size_t before = out.size();
    out.resize(before + kRoomSize);
    zlib_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    zlib_.avail_out = kRoomSize;
    const int state = ::deflate(&zlib_, flush);
    MILLRACE_CHECK(state != Z_STREAM_ERROR);
    out.resize(out.size() - zlib_.avail_out);
    return state;
  }

  z_stream zlib_{};
};

class ZstdCompressor final : public OutputCompressor {
 public:
  ZstdCompressor() : zstd_(ZSTD_createCCtx()) {
    MILLRACE_CHECK(zstd_ != nullptr);
    MILLRACE_CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(zstd_, ZSTD_c_compressionLevel, kZstdLevel)));
    MILLRACE_CHECK(!ZSTD_isError(ZSTD_CCtx_setParameter(zstd_, ZSTD_c_checksumFlag, 1)));
  }
  ~ZstdCompressor() override { ZSTD_freeCCtx(zstd_); }
  ZstdCompressor(const ZstdCompressor&) = delete;
  ZstdCompressor& operator=(const ZstdCompressor&) = delete;

  void add(std::string_view bytes, std::string& out) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (in.pos < in.size) (void)compress_some(in, ZSTD_e_continue, out);
  }

  void finish(std::string& out) override {
    ZSTD_inBuffer nothing{nullptr, 0, 0};
    while (compress_some(nothing, ZSTD_e_end, out) != 0) {
    }
  }

 private:
  std::size_t compress_some(ZSTD_inBuffer& in, ZSTD_EndDirective end, std::string& out) {
    const std::size_t before = out.size();
    out.resize(before + kRoomSize);
    ZSTD_outBuffer room{out.data() + before, kRoomSize, 0};
    const std::size_t left = ZSTD_compressStream2(zstd_, &room, &in, end);
    MILLRACE_CHECK(!ZSTD_isError(left));
    out.resize(before + room.pos);
    return left;
  }

  ZSTD_CCtx* zstd_;
};

}  // namespace

std::string_view file_ending(Compression compression) {
  switch (compression) {
    case Compression::kNone:
      return "";
    case Compression::kGzip:
      return ".gz";
    case Compression::kZstd:
      return ".zst";
  }
  return "";
}

std::unique_ptr<OutputCompressor> make_output_compressor(Compression compression) {
  switch (compression) {
    case Compression::kNone:
      break;
    case Compression::kGzip:
      return std::make_unique<GzipCompressor>();
    case Compression::kZstd:
      return std::make_unique<ZstdCompressor>();
  }
  return std::make_unique<NoCompressor>();
}

}  // namespace millrace
