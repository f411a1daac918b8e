#include "warehouse/text_arena.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace millrace {
namespace {

TEST(TextArena, KeepsEveryTextUntilItIsCleared) {
  TextArena arena;
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::pair<const char*, std::string>> kept;
    for (int i = 0; i < 400; ++i) {
      const std::size_t size = i % 97 == 0 ? 300'000 : random() % 3000;
      std::string text(size, static_cast<char>('a' + i % 26));
      const char* copy = arena.copy(text);
      kept.emplace_back(copy, std::move(text));
    }
    for (const auto& [copy, text] : kept) ASSERT_EQ(std::string_view(copy, text.size()), text);
    arena.clear();
  }
}

TEST(TextArena, TakesATextLargerThanABlockFirst) {
  TextArena arena;
  const std::string large(1 << 20, 'x');
  const char* first = arena.copy(large);
  const char* second = arena.copy("small");
  EXPECT_EQ(std::string_view(first, large.size()), large);
  EXPECT_EQ(std::string_view(second, 5), "small");
  arena.clear();
  EXPECT_EQ(std::string_view(arena.copy(large), large.size()), large);
}

TEST(TextArena, MayBeClearedEmpty) {
  TextArena arena;
  arena.clear();
  EXPECT_EQ(std::string_view(arena.copy("x"), 1), "x");
}

}  // namespace
}  // namespace millrace
