#include "app/key_field.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

std::optional<std::string> key_of(std::string line) {
  line.reserve(line.size() + 64);
  KeyField field("user");
  const auto key = field.read(line);
  return key ? std::optional<std::string>(*key) : std::nullopt;
}

TEST(KeyField, IsTheTextOfAMember) {
  EXPECT_EQ(key_of(R"({"id":1,"user":"U1"})"), "U1");
  EXPECT_EQ(key_of(R"({"user":"a\"b\u00e9"})"), "a\"b\xC3\xA9");
  EXPECT_EQ(key_of(R"({"user":42})"), "42");
  EXPECT_EQ(key_of(R"({"user":true})"), "true");
}

TEST(KeyField, IsNothingWhereNoneCanBe) {
  EXPECT_EQ(key_of(R"({"id":{"user":"U1"}})"), std::nullopt);
  EXPECT_EQ(key_of(R"({"user":null})"), std::nullopt);
  EXPECT_EQ(key_of(R"({"user":["U1"]})"), std::nullopt);
  EXPECT_EQ(key_of(R"([1])"), std::nullopt);
  EXPECT_EQ(key_of("user=U1"), std::nullopt);
}

}  // namespace
}  // namespace millrace
