#include "app/terminal_text.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(TerminalText, LeavesTextAsItIs) {
  EXPECT_EQ(terminal_text(""), "");
  EXPECT_EQ(terminal_text("a\tb\nGr\xC3\xBC\xC3\x9F"
                          "e \xF0\x9F\x98\x80"),
            "a\tb\nGr\xC3\xBC\xC3\x9F"
            "e \xF0\x9F\x98\x80");
}

TEST(TerminalText, SpellsOutWhatATerminalWouldObey) {
  EXPECT_EQ(terminal_text("\x1b[31m"), "\\x1b[31m");
  EXPECT_EQ(terminal_text(std::string_view("\0\r\x7f", 3)), "\\x00\\x0d\\x7f");
  EXPECT_EQ(terminal_text("\xC2\x9B"
                          "2J"),
            "\\xc2\\x9b"
            "2J");
}

TEST(TerminalText, SpellsOutBytesThatAreNoUtf8) {
  EXPECT_EQ(terminal_text("a\xFFz\xC3"), "a\\xffz\\xc3");
  EXPECT_TRUE(
      is_utf8("Gr\xC3\xBC\xC3\x9F"
              "e"));
  EXPECT_TRUE(is_utf8(""));
  EXPECT_FALSE(is_utf8("a\xFFz"));
}

}  // namespace
}  // namespace millrace
