#include "http/content_encoding.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include "base/limits.h"
#include "http/gzip.h"

namespace millrace {
namespace {

std::string zstd(std::string_view bytes, int level = 3) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), level));
  return out;
}

// Bytes that do not shrink.
std::string noise(std::size_t size) {
  std::string text(size, '\0');
  std::uint64_t state = 1;
  for (char& c : text) {
    state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
    c = static_cast<char>(state >> 56);
  }
  return text;
}

struct Decoded {
  int status = 200;
  std::string code;
  HttpRequest request;
};

Decoded decoded(std::string_view encoding, std::string body) {
  Decoded made;
  made.request.headers = {{"host", "a"}, {"content-encoding", std::string(encoding)}};
  made.request.body = std::move(body);
  if (const auto refusal = decode_body(made.request)) {
    made.status = refusal->status;
    made.code = refusal->body.substr(18, refusal->body.find('"', 18) - 18);
  }
  return made;
}

TEST(ContentEncoding, GivesThePlainBodyAndNoFurtherHeader) {
  const std::string plain = noise(300'000) + std::string(300'000, 'x');
  for (const Decoded& made :
       {decoded("gzip", gzip(plain)), decoded("X-GZip", gzip(plain)), decoded("zstd", zstd(plain)),
        decoded("ZSTD", zstd(plain)), decoded("identity", plain)}) {
    EXPECT_EQ(made.status, 200);
    EXPECT_TRUE(made.request.body == plain);
    EXPECT_EQ(made.request.headers, (std::vector<NamedText>{{"host", "a"}}));
  }
}

TEST(ContentEncoding, SeveralMembersOrFramesAreOneBody) {
  EXPECT_EQ(decoded("gzip", gzip("one") + gzip("two")).request.body, "onetwo");
  EXPECT_EQ(decoded("zstd", zstd("one") + zstd("two")).request.body, "onetwo");
}

TEST(ContentEncoding, AnEmptyBodyIsEmptyWhateverItsEncoding) {
  EXPECT_EQ(decoded("gzip", "").status, 200);
  EXPECT_EQ(decoded("gzip", gzip("")).request.body, "");
  EXPECT_EQ(decoded("zstd", zstd("")).request.body, "");
}

TEST(ContentEncoding, OneLayerOfAKnownEncodingAndNoMore) {
  for (const std::string_view encoding :
       {"br", "deflate", "gzip, gzip", "gzip,zstd", "compress", "", "gzip;q=1"}) {
    EXPECT_EQ(decoded(encoding, gzip("a")).status, 415) << encoding;
  }
  HttpRequest twice;
  twice.headers = {{"content-encoding", "gzip"}, {"content-encoding", "gzip"}};
  EXPECT_EQ(refuse_encoding(twice)->status, 415);
  EXPECT_EQ(decoded("gzip", gzip(gzip("a"))).request.body, gzip("a"));
}

TEST(ContentEncoding, WhatIsCutOffOrBrokenIsRefused) {
  const std::string plain = noise(1'000);
  for (const auto& [encoding, whole] : {std::pair<std::string, std::string>("gzip", gzip(plain)),
                                        std::pair<std::string, std::string>("zstd", zstd(plain))}) {
    for (std::size_t size = 1; size < whole.size(); size += 7) {
      EXPECT_EQ(decoded(encoding, whole.substr(0, size)).status, 400) << encoding << " " << size;
    }
    EXPECT_EQ(decoded(encoding, whole + "trailing").status, 400) << encoding;
    EXPECT_EQ(decoded(encoding, "not at all").status, 400) << encoding;
  }
  EXPECT_EQ(decoded("gzip", zstd(plain)).status, 400);
}

TEST(ContentEncoding, TakesABodyUpToTheLimitAndNotAByteMore) {
  const std::string largest = noise(kInflatedBodyMax);
  EXPECT_EQ(decoded("zstd", zstd(largest, 1)).status, 200);
  const Decoded beyond = decoded("zstd", zstd(largest + "x", 1));
  EXPECT_EQ(beyond.status, 413);
  EXPECT_EQ(beyond.code, "inflated_body_too_large");
}

TEST(ContentEncoding, ABodyMayShrinkAsMuchAsItLikesBelowWhatMayComePlain) {
  EXPECT_EQ(decoded("zstd", zstd(std::string(kInflationFreeSize, ' '))).status, 200);
  EXPECT_EQ(decoded("gzip", gzip(std::string(kInflationFreeSize, ' '))).status, 200);
}

TEST(ContentEncoding, BombsAreRefusedByTheirRatio) {
  const std::string zeros(kInflationFreeSize + 1, '\0');
  EXPECT_EQ(decoded("zstd", zstd(zeros)).code, "inflation_too_high");
  EXPECT_EQ(decoded("gzip", gzip(zeros)).code, "inflation_too_high");
  std::string frames;
  const std::string frame = zstd(zeros);
  for (int i = 0; i < 256; ++i) frames += frame;
  EXPECT_EQ(decoded("zstd", frames).code, "inflation_too_high");
}

}  // namespace
}  // namespace millrace
