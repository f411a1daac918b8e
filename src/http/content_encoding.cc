#include "http/content_encoding.h"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/limits.h"

namespace millrace {
namespace {

constexpr std::string_view kHeader = "content-encoding";
constexpr std::size_t kStep = 64 << 10;
constexpr int kGzipFormat = MAX_WBITS + 16;
constexpr int kZstdWindowLogMax = 23;  // 8 MiB, as RFC 9659 has it for HTTP

using Refusal = std::optional<HttpResponse>;

Refusal broken(std::string_view encoding) {
  return error_response(
      400, "bad_encoding",
      fmt::format("the body is not whole and sound {}, as its Content-Encoding says", encoding));
}

// What comes out of a decoder, as far as the budgets go.
class Inflated {
 public:
  explicit Inflated(std::size_t compressed_size)
      : ratio_max_(std::max(compressed_size * kInflationRatioMax, kInflationFreeSize)) {}

  Refusal add(std::string_view bytes) {
    if (text_.size() + bytes.size() > kInflatedBodyMax) {
      return error_response(
          413, "inflated_body_too_large",
          fmt::format("the body has more than {} bytes when it is decompressed", kInflatedBodyMax));
    }
    if (text_.size() + bytes.size() > ratio_max_) {
      return error_response(
          413, "inflation_too_high",
          fmt::format("the body grows to more than {} times its size when it is decompressed",
                      kInflationRatioMax));
    }
    text_.append(bytes);
    return std::nullopt;
  }

  std::string take() { return std::move(text_); }

 private:
  const std::size_t ratio_max_;
  std::string text_;
};

struct EndInflate {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

// One member after the other, as RFC 1952 allows.
Refusal inflate_gzip(std::string_view bytes, Inflated& out) {
  z_stream stream{};
  MILLRACE_CHECK(inflateInit2(&stream, kGzipFormat) == Z_OK);
  const std::unique_ptr<z_stream, EndInflate> end(&stream);
  std::array<char, kStep> step;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  int state = Z_OK;
  do {
    if (state == Z_STREAM_END) inflateReset(&stream);
    stream.next_out = reinterpret_cast<Bytef*>(step.data());
    stream.avail_out = static_cast<uInt>(step.size());
    state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END) return broken("gzip");
    if (auto refusal = out.add({step.data(), step.size() - stream.avail_out})) return refusal;
  } while (stream.avail_in > 0 || state != Z_STREAM_END);
  return std::nullopt;
}

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// One frame after the other, as RFC 8878 allows.
Refusal inflate_zstd(std::string_view bytes, Inflated& out) {
  const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  MILLRACE_CHECK(context != nullptr);
  MILLRACE_CHECK(
      !ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kZstdWindowLogMax)));
  std::array<char, kStep> step;
  ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
  std::size_t state = 1;
  bool filled = true;  // the step: there may be more without further input
  while (input.pos < input.size || (state != 0 && filled)) {
    ZSTD_outBuffer output{step.data(), step.size(), 0};
    state = ZSTD_decompressStream(context.get(), &output, &input);
    if (ZSTD_isError(state)) return broken("zstd");
    filled = output.pos == output.size;
    if (auto refusal = out.add({step.data(), output.pos})) return refusal;
  }
  return state == 0 ? std::nullopt : broken("zstd");
}

Refusal copy(std::string_view bytes, Inflated& out) {
  return out.add(bytes);
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lowered;
}

using Decoder = Refusal (*)(std::string_view bytes, Inflated& out);

// Of RFC 9110, 8.4.1; nullptr for others.
Decoder decoder_of(std::string_view encoding) {
  const std::string name = lower(encoding);
  if (name == "gzip" || name == "x-gzip") return inflate_gzip;
  if (name == "zstd") return inflate_zstd;
  if (name == "identity") return copy;
  return nullptr;
}

}  // namespace

bool has_encoded_body(const HttpRequest& request) {
  return !request.body.empty() && request.header(kHeader).has_value();
}

Refusal refuse_encoding(const HttpRequest& request) {
  const auto encoding = request.header(kHeader);
  if (!encoding) return std::nullopt;
  const bool is_single = std::ranges::count(request.headers, kHeader, &NamedText::first) == 1;
  if (is_single && decoder_of(*encoding) != nullptr) return std::nullopt;
  HttpResponse refusal = error_response(415, "unknown_encoding",
                                        "bodies may be compressed once, with Content-Encoding gzip or zstd");
  refusal.headers.emplace_back("Accept-Encoding", "gzip, zstd");
  return refusal;
}

Refusal decode_body(HttpRequest& request) {
  if (!has_encoded_body(request)) return std::nullopt;
  if (auto refusal = refuse_encoding(request)) return refusal;
  Inflated out(request.body.size());
  if (auto refusal = decoder_of(*request.header(kHeader))(request.body, out)) return refusal;
  request.body = out.take();
  std::erase_if(request.headers, [](const NamedText& header) { return header.first == kHeader; });
  return std::nullopt;
}

}  // namespace millrace
