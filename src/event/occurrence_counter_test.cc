#include "event/occurrence_counter.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <vector>

namespace millrace {
namespace {

TEST(OccurrenceCounter, CountsWhatWasBefore) {
  OccurrenceCounter counter;
  EXPECT_EQ(counter.count(7), 0u);
  EXPECT_EQ(counter.count(7), 1u);
  EXPECT_EQ(counter.count(8), 0u);
  EXPECT_EQ(counter.count(7), 2u);
}

TEST(OccurrenceCounter, ZeroIsAHashLikeAnyOther) {
  OccurrenceCounter counter;
  EXPECT_EQ(counter.count(0), 0u);
  EXPECT_EQ(counter.count(0), 1u);
}

TEST(OccurrenceCounter, CountsGoOnWhenThereAreMany) {
  OccurrenceCounter counter;
  for (std::uint32_t round = 0; round < 3; ++round) {
    for (std::uint64_t hash = 0; hash < 1'000; ++hash) ASSERT_EQ(counter.count(hash), round) << hash;
  }
}

TEST(OccurrenceCounter, ClearForgetsFewAndMany) {
  for (const std::uint64_t hashes : {5u, 32u, 33u, 1'000u}) {
    OccurrenceCounter counter;
    for (std::uint64_t hash = 0; hash < hashes; ++hash) counter.count(hash);
    counter.clear();
    for (std::uint64_t hash = 0; hash < hashes; ++hash) ASSERT_EQ(counter.count(hash), 0u) << hashes;
  }
}

RC_GTEST_PROP(OccurrenceCounterProperty, AgreesWithAMap, (std::vector<std::uint8_t> hashes)) {
  OccurrenceCounter counter;
  std::map<std::uint8_t, std::uint32_t> model;
  for (const std::uint8_t hash : hashes) RC_ASSERT(counter.count(hash) == model[hash]++);
}

}  // namespace
}  // namespace millrace
