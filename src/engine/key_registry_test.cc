#include "engine/key_registry.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "base/hash.h"

namespace millrace {
namespace {

using Taken = std::vector<bool>;

constexpr std::array<std::uint64_t, 1> kFive = {5};

TEST(KeyRegistry, GivesAnUnseenKeyToTheFirstWhoAsks) {
  KeyRegistry registry(10);
  KeyRegistry::Claims& claims = registry.open();
  KeyRegistry::Claims& others = registry.open();
  EXPECT_TRUE(registry.claim_new(5, claims));
  EXPECT_FALSE(registry.claim_new(5, claims));
  EXPECT_FALSE(registry.claim_new(5, others));
  EXPECT_TRUE(registry.claim_new(6, others));
  EXPECT_EQ(registry.claim_known(kFive, claims), Taken{true});
  EXPECT_EQ(registry.claim_known(kFive, others), Taken{true});
}

TEST(KeyRegistry, WhatWasStoredBeforeIsNotNewButFree) {
  KeyRegistry registry(10);
  registry.add_stored(kFive);
  KeyRegistry::Claims& claims = registry.open();
  EXPECT_FALSE(registry.claim_new(5, claims));
  EXPECT_EQ(registry.claim_known(kFive, claims), Taken{false});
  EXPECT_EQ(registry.claim_known(kFive, registry.open()), Taken{true});
}

TEST(KeyRegistry, OfEqualKnownKeysTheFirstIsTheCallers) {
  KeyRegistry registry(10);
  registry.add_stored(kFive);
  EXPECT_EQ(registry.claim_known(std::array<std::uint64_t, 3>{5, 6, 5}, registry.open()),
            (Taken{false, false, true}));
}

TEST(KeyRegistry, AnEpochThatHasEndedHoldsNothing) {
  KeyRegistry registry(10);
  KeyRegistry::Claims& claims = registry.open();
  ASSERT_TRUE(registry.claim_new(5, claims));
  registry.close(claims);
  KeyRegistry::Claims& next = registry.open();
  EXPECT_FALSE(registry.claim_new(5, next));
  EXPECT_EQ(registry.claim_known(kFive, next), Taken{false});
}

// Four threads claim the same keys over and over: never do two hold one.
TEST(KeyRegistry, ClaimsAreExclusiveAcrossThreads) {
  constexpr std::size_t kKeys = 512;
  constexpr int kRounds = 400;
  KeyRegistry registry(kKeys);
  std::array<std::atomic<int>, kKeys> holders{};
  std::array<std::atomic<int>, kKeys> times_new{};
  std::atomic<int> shared_claims = 0;
  const auto run = [&](unsigned thread) {
    for (int round = 0; round < kRounds; ++round) {
      KeyRegistry::Claims& claims = registry.open();
      std::vector<std::size_t> mine;
      std::vector<std::size_t> known;
      std::vector<std::uint64_t> known_keys;
      for (std::size_t i = 0; i < 16; ++i) {
        const std::size_t number = (static_cast<std::size_t>(round) * 7 + thread * 3 + i * 31) % kKeys;
        const std::uint64_t key = hash64("key", number);
        if (registry.claim_new(key, claims)) {
          ++times_new[number];
          if (holders[number].fetch_add(1) != 0) ++shared_claims;
          mine.push_back(number);
        } else {
          known.push_back(number);
          known_keys.push_back(key);
        }
      }
      const Taken taken = registry.claim_known(known_keys, claims);
      for (std::size_t i = 0; i < known.size(); ++i) {
        if (taken[i]) continue;
        if (holders[known[i]].fetch_add(1) != 0) ++shared_claims;
        mine.push_back(known[i]);
      }
      for (const std::size_t number : mine) holders[number].fetch_sub(1);
      registry.close(claims);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < 4; ++t) threads.emplace_back(run, t);
  }
  EXPECT_EQ(shared_claims, 0);
  for (std::size_t number = 0; number < kKeys; ++number) EXPECT_LE(times_new[number], 1) << number;
}

}  // namespace
}  // namespace millrace
