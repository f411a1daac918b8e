#include "event/choices.h"

#include <gtest/gtest.h>

#include <vector>

namespace millrace {
namespace {

std::string in_words(const std::vector<std::string>& choices) {
  return choices_in_words(choices);
}

TEST(Choices, AreListed) {
  EXPECT_EQ(in_words({"a"}), "a");
  EXPECT_EQ(in_words({"a", "b"}), "a or b");
  EXPECT_EQ(in_words({"a", "b", "c"}), "a, b or c");
}

TEST(Choices, ManyAreOnlyCounted) {
  EXPECT_EQ(in_words(std::vector<std::string>(9, "a")), "one of 9 values such as a");
}

TEST(Choices, AreSafeToShow) {
  EXPECT_EQ(in_words({"a\nb", "c"}), "\"a\\nb\" or c");
  EXPECT_LT(in_words(std::vector<std::string>(8, std::string(1'000, 'x'))).size(), 700u);
}

}  // namespace
}  // namespace millrace
