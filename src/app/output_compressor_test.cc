#include "app/output_compressor.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "warehouse/byte_stream.h"

namespace millrace {
namespace {

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

std::string compressed(OutputCompressor& compressor, std::string_view text, std::size_t step) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += step) compressor.add(text.substr(at, step), out);
  compressor.finish(out);
  return out;
}

std::string read_back(const std::string& bytes) {
  FileDescriptor file(::memfd_create("compressed", 0));
  EXPECT_TRUE(write_all(file.get(), bytes));
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_SET), 0);
  auto stream = open_byte_stream(std::move(file)).value();
  std::string text(10 << 20, '\0');
  const auto count = stream->read(text);
  EXPECT_TRUE(count) << (count ? "" : count.error().message);
  text.resize(count.value_or(0));
  return text;
}

class EveryCompression : public testing::TestWithParam<Compression> {};
INSTANTIATE_TEST_SUITE_P(Compressions, EveryCompression,
                         testing::Values(Compression::kNone, Compression::kGzip, Compression::kZstd));

TEST_P(EveryCompression, WhatALoadReadsIsWhatWentIn) {
  const auto compressor = make_output_compressor(GetParam());
  const std::string text = lines(200'000);
  for (const std::size_t step : {std::size_t{1'000}, std::size_t{1} << 20}) {
    EXPECT_EQ(read_back(compressed(*compressor, text, step)), text);
  }
}

TEST_P(EveryCompression, NothingIsAWholeStreamToo) {
  const auto compressor = make_output_compressor(GetParam());
  EXPECT_EQ(read_back(compressed(*compressor, "", 1)), "");
  EXPECT_EQ(read_back(compressed(*compressor, "a\n", 1)), "a\n");
}

TEST_P(EveryCompression, SameBytesAgain) {
  const auto compressor = make_output_compressor(GetParam());
  const std::string text = lines(1'000);
  EXPECT_EQ(compressed(*compressor, text, 777), compressed(*compressor, text, 777));
}

TEST(OutputCompressor, MakesItSmaller) {
  const std::string text = lines(100'000);
  for (const Compression compression : {Compression::kGzip, Compression::kZstd}) {
    EXPECT_LT(compressed(*make_output_compressor(compression), text, 1 << 20).size(), text.size() / 2);
  }
}

}  // namespace
}  // namespace millrace
