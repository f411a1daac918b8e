#include "engine/key_set.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_set>

namespace millrace {
namespace {

TEST(KeySet, TellsWhetherAKeyIsNew) {
  KeySet set;
  EXPECT_TRUE(set.insert(7));
  EXPECT_FALSE(set.insert(7));
  set.erase(7);
  EXPECT_TRUE(set.insert(7));
}

TEST(KeySet, ErasingWhatIsNotThereChangesNothing) {
  KeySet set;
  set.erase(7);
  set.insert(8);
  set.erase(7);
  EXPECT_EQ(set.size(), 1u);
}

TEST(KeySet, ZeroIsAKeyLikeAnyOther) {
  KeySet set;
  EXPECT_TRUE(set.insert(0));
  EXPECT_FALSE(set.insert(0));
  set.erase(0);
  EXPECT_EQ(set.size(), 0u);
}

// Few places, so that keys crowd and runs wrap around the end.
TEST(KeySet, BehavesAsASetWhateverIsInsertedAndErased) {
  std::mt19937_64 random(20240701);
  KeySet set;
  std::unordered_set<std::uint64_t> model;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t key = ((random() % 300) << 16) | (random() % 2 + 2);
    if (random() % 2 == 0) {
      ASSERT_EQ(set.insert(key), model.insert(key).second) << "step " << i;
    } else {
      set.erase(key);
      model.erase(key);
    }
    ASSERT_EQ(set.size(), model.size()) << "step " << i;
  }
}

}  // namespace
}  // namespace millrace
