#include "engine/key_filter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/hash.h"
#include "base/limits.h"

namespace millrace {
namespace {

std::uint64_t key(std::uint64_t number) {
  return hash64({reinterpret_cast<const char*>(&number), sizeof(number)});
}

// Asks by entering it.
bool contains(KeyFilter& filter, std::uint64_t hash) {
  return filter.insert(hash);
}

TEST(KeyFilter, NeverForgetsAKey) {
  constexpr std::uint64_t kKeys = 200'000;
  KeyFilter filter(kKeys);
  for (std::uint64_t i = 0; i < kKeys; ++i) filter.insert(key(i));
  for (std::uint64_t i = 0; i < kKeys; ++i) ASSERT_TRUE(contains(filter, key(i))) << i;
}

TEST(KeyFilter, NeverForgetsTheEndsOfTheRange) {
  KeyFilter filter(0);
  for (const std::uint64_t edge :
       {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}, std::uint64_t{1} << 63}) {
    filter.insert(edge);
    EXPECT_TRUE(contains(filter, edge));
  }
}

TEST(KeyFilter, IsMistakenAboutFewUnknownKeysWhenFullAsPlanned) {
  constexpr std::uint64_t kKeys = 500'000;
  KeyFilter filter(kKeys);
  for (std::uint64_t i = 0; i < kKeys; ++i) filter.insert(key(i));
  std::uint64_t mistakes = 0;
  for (std::uint64_t i = kKeys; i < kKeys + kKeys / 10; ++i) mistakes += filter.insert(key(i)) ? 1u : 0u;
  EXPECT_LT(mistakes, kKeys / 10 / 400) << "of " << kKeys / 10;
}

TEST(KeyFilter, KnowsNothingWhenEmpty) {
  KeyFilter filter(1000);
  EXPECT_FALSE(contains(filter, key(1)));
}

TEST(KeyFilter, StaysRightWhenFarMoreKeysComeThanPlanned) {
  KeyFilter filter(1);
  for (std::uint64_t i = 0; i < 300'000; ++i) filter.insert(key(i));
  for (std::uint64_t i = 0; i < 300'000; ++i) ASSERT_TRUE(contains(filter, key(i)));
}

TEST(KeyFilter, KeepsToItsMemoryWhateverIsExpected) {
  KeyFilter filter(std::uint64_t{1} << 40);  // would be 2 TiB
  filter.insert(key(1));
  EXPECT_TRUE(contains(filter, key(1)));
  EXPECT_FALSE(contains(filter, key(2)));
}

TEST(KeyFilter, TakesKeysFromSeveralThreads) {
  constexpr std::uint64_t kEach = 50'000;
  KeyFilter filter(4 * kEach);
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t t = 0; t < 4; ++t) {
      threads.emplace_back([&filter, t] {
        for (std::uint64_t i = 0; i < kEach; ++i) filter.insert(key(t * kEach + i));
      });
    }
  }
  for (std::uint64_t i = 0; i < 4 * kEach; ++i) ASSERT_TRUE(contains(filter, key(i)));
}

// Four threads enter the same keys: each is new to one of them.
TEST(KeyFilter, TellsOneOfManyThatAKeyIsNew) {
  constexpr std::uint64_t kKeys = 20'000;
  KeyFilter filter(kKeys);
  std::vector<std::atomic<int>> times_new(kKeys);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (std::uint64_t i = 0; i < kKeys; ++i) times_new[i] += filter.insert(key(i)) ? 0 : 1;
      });
    }
  }
  for (std::uint64_t i = 0; i < kKeys; ++i) ASSERT_LE(times_new[i], 1) << i;
}

}  // namespace
}  // namespace millrace
