#include "base/hash.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <utility>

namespace millrace {
namespace {

Hash128 hash_of(std::string_view bytes) {
  StreamHash hash;
  hash.update(bytes);
  return hash.digest();
}

// The values that every implementation of XXH3 gives. They stand in stored rows and ledgers.
TEST(Hash64, GivesTheKnownValuesOfXxh3) {
  EXPECT_EQ(hash64(""), 0x2d06800538d394c2u);
  EXPECT_EQ(hash64("a"), 0xe6c632b61e964e1fu);
  EXPECT_EQ(hash64("abc"), 0x78af5f94892f3950u);
}

TEST(Hash64, SeedChangesTheValue) {
  EXPECT_NE(hash64("abc", 1), hash64("abc"));
  EXPECT_NE(hash64("abc", 1), hash64("abc", 2));
  EXPECT_EQ(hash64("abc", 0), hash64("abc"));
}

TEST(Hash64, EveryByteCountsAlsoNullCharacters) {
  EXPECT_NE(hash64(std::string_view("a\0", 2)), hash64("a"));
  EXPECT_NE(hash64(std::string_view("\0", 1)), hash64(""));
}

TEST(StreamHash, GivesTheKnownValuesOfXxh3) {
  EXPECT_EQ(to_hex(hash_of("")), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(to_hex(hash_of("a")), "a96faf705af16834e6c632b61e964e1f");
  EXPECT_EQ(to_hex(hash_of("abc")), "06b05ab6733a618578af5f94892f3950");
}

TEST(StreamHash, HexIsPaddedTo32Digits) {
  EXPECT_EQ(to_hex({.high = 1, .low = 2}), "00000000000000010000000000000002");
}

TEST(StreamHash, DigestDoesNotEndTheStream) {
  StreamHash hash;
  hash.update("ab");
  EXPECT_EQ(hash.digest(), hash_of("ab"));
  EXPECT_EQ(hash.digest(), hash_of("ab"));
  hash.update("c");
  EXPECT_EQ(hash.digest(), hash_of("abc"));
}

TEST(StreamHash, CopyGoesOnIndependently) {
  StreamHash first;
  first.update("ab");
  StreamHash second(first);
  first.update("c");
  second.update("d");
  EXPECT_EQ(first.digest(), hash_of("abc"));
  EXPECT_EQ(second.digest(), hash_of("abd"));
  second = first;
  second.update("!");
  EXPECT_EQ(first.digest(), hash_of("abc"));
  EXPECT_EQ(second.digest(), hash_of("abc!"));
  const StreamHash& same = second;
  second = same;
  EXPECT_EQ(second.digest(), hash_of("abc!"));
}

TEST(StreamHash, MovedHashGoesOn) {
  StreamHash first;
  first.update("ab");
  StreamHash second = std::move(first);
  second.update("c");
  EXPECT_EQ(second.digest(), hash_of("abc"));
}

RC_GTEST_PROP(StreamHashProperty, AnySplitGivesTheHashOfTheWhole, (const std::string& seed)) {
  std::string bytes = seed;
  const auto doublings = *rc::gen::inRange(0, 8);  // beyond XXH3's own block sizes
  for (int i = 0; i < doublings; ++i) bytes += bytes + static_cast<char>('a' + i);
  StreamHash hash;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const auto count = *rc::gen::inRange<std::size_t>(0, rest.size() + 1);
    hash.update(rest.substr(0, count));
    rest.remove_prefix(count);
    if (count == 0) {
      hash.update(rest);
      break;
    }
  }
  RC_ASSERT(hash.digest() == hash_of(bytes));
}

}  // namespace
}  // namespace millrace
