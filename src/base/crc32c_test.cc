#include "base/crc32c.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace millrace {
namespace {

// RFC 3720 §B.4, and the value that every implementation is checked with.
TEST(Crc32c, IsTheChecksumOfTheRfc) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  EXPECT_EQ(crc32c(""), 0U);
}

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * i * 31 + i / 256);
  return bytes;
}

TEST(Crc32c, InstructionAndTableAgreeForEverySizeUpToManyLanes) {
  const std::string bytes = pattern(14'000);
  for (std::size_t size = 0; size <= bytes.size(); size += size < 1'000 ? 1 : 61) {
    const std::string_view part(bytes.data(), size);
    ASSERT_EQ(crc32c(part), crc32c_by_table(part)) << size;
  }
}

RC_GTEST_PROP(Crc32cProperty, PartsBehindEachOtherGiveTheChecksumOfTheWhole, (std::uint16_t whole)) {
  const std::string bytes = pattern(whole);
  const auto cut = *rc::gen::inRange<std::size_t>(0, bytes.size() + 1);
  const std::string_view view = bytes;
  RC_ASSERT(crc32c(view.substr(cut), crc32c(view.substr(0, cut))) == crc32c(view));
  RC_ASSERT(crc32c_by_table(view.substr(cut), crc32c_by_table(view.substr(0, cut))) == crc32c(view));
}

}  // namespace
}  // namespace millrace
