#include "engine/key_set.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_set>

namespace millrace {
namespace {

TEST(KeySet, TellsWhetherAKeyIsNew) {
  KeySet set;
  EXPECT_FALSE(set.contains(7));
  EXPECT_TRUE(set.insert(7));
  EXPECT_FALSE(set.insert(7));
  EXPECT_TRUE(set.contains(7));
  EXPECT_FALSE(set.contains(8));
}

TEST(KeySet, ZeroIsAKeyLikeAnyOther) {
  KeySet set;
  EXPECT_FALSE(set.contains(0));
  EXPECT_TRUE(set.insert(0));
  EXPECT_FALSE(set.insert(0));
  EXPECT_TRUE(set.contains(0));
}

// Few places, so that keys crowd and runs wrap around the end.
TEST(KeySet, BehavesAsASetWhateverIsInserted) {
  std::mt19937_64 random(20240701);
  for (int round = 0; round < 200; ++round) {
    KeySet set;
    std::unordered_set<std::uint64_t> model;
    for (int i = 0; i < 500; ++i) {
      const std::uint64_t key = ((random() % 300) << 16) | (random() % 2 + 2);
      ASSERT_EQ(set.contains(key), model.contains(key));
      ASSERT_EQ(set.insert(key), model.insert(key).second);
      ASSERT_EQ(set.size(), model.size());
    }
  }
}

}  // namespace
}  // namespace millrace
