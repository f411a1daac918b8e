#include "log/batch_body.h"

#include <zstd.h>

#include <memory>

#include "base/check.h"

namespace millrace {
namespace {

constexpr int kLevel = 1;  // the log is written at the speed of the disk

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

}  // namespace

bool compress(std::span<const std::string_view> parts, std::string& out) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  if (size < 2) return false;
  // Kept by the thread: making one costs more than compressing a small batch.
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  MILLRACE_CHECK(context != nullptr);
  ZSTD_CCtx_reset(context.get(), ZSTD_reset_session_only);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setPledgedSrcSize(context.get(), size);
  out.resize(size - 1);
  ZSTD_outBuffer output{out.data(), out.size(), 0};
  std::size_t left = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool is_last = i + 1 == parts.size();
    ZSTD_inBuffer input{parts[i].data(), parts[i].size(), 0};
    do {
      left = ZSTD_compressStream2(context.get(), &output, &input, is_last ? ZSTD_e_end : ZSTD_e_continue);
      MILLRACE_CHECK(!ZSTD_isError(left));
      const bool is_done = is_last ? left == 0 : input.pos == input.size;
      if (is_done) break;
    } while (output.pos < output.size);
    if (input.pos < input.size) return false;
  }
  out.resize(output.pos);
  return left == 0;
}

Result<std::string_view> plain_body(const BatchHeader& header, std::string_view stored,
                                    std::string& scratch) {
  if (header.compression == LogCompression::kNone) return stored;
  scratch.resize(header.plain_size);
  const std::size_t size = ZSTD_decompress(scratch.data(), scratch.size(), stored.data(), stored.size());
  if (ZSTD_isError(size) || size != scratch.size()) {
    return fail(ErrorCode::kCorrupt, "the compressed body of a batch is damaged");
  }
  return std::string_view(scratch);
}

}  // namespace millrace
