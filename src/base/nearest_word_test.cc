#include "base/nearest_word.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

const std::vector<std::string> kCommands = {"demo", "run", "load", "sql", "dead-letters", "simulate"};

TEST(NearestWord, FindsWhatWasMeant) {
  EXPECT_EQ(nearest_word("lod", kCommands), "load");
  EXPECT_EQ(nearest_word("laod", kCommands), std::nullopt);  // two edits in four letters
  EXPECT_EQ(nearest_word("dead-leters", kCommands), "dead-letters");
  EXPECT_EQ(nearest_word("deadletters", kCommands), "dead-letters");
  EXPECT_EQ(nearest_word("simulation", kCommands), "simulate");
  EXPECT_EQ(nearest_word("rum", kCommands), "run");
}

TEST(NearestWord, SuggestsNothingFarAway) {
  EXPECT_EQ(nearest_word("xyzzy", kCommands), std::nullopt);
  EXPECT_EQ(nearest_word("", kCommands), std::nullopt);
  EXPECT_EQ(nearest_word("load", {}), std::nullopt);
}

}  // namespace
}  // namespace millrace
