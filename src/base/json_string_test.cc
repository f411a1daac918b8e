#include "base/json_string.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonString, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(json_string("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json_string("\n\r\t"), R"("\n\r\t")");
  EXPECT_EQ(json_string(std::string_view("\0\x01\x1f\x7f", 4)), R"("\u0000\u0001\u001f\u007f")");
  EXPECT_EQ(json_string("€ <b>/"), R"("€ \u003cb>/")");
  EXPECT_EQ(json_string(""), R"("")");
}

TEST(JsonString, IsAppended) {
  std::string out = "x";
  append_json_string(out, "y");
  EXPECT_EQ(out, R"(x"y")");
}

TEST(JsonString, BytesThatAreNotUtf8BecomeReplacementCharacters) {
  EXPECT_EQ(json_string("a\xff"
                        "b"),
            "\"a\xEF\xBF\xBD"
            "b\"");
}

}  // namespace
}  // namespace millrace
