#include "engine/key_registry.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "base/hash.h"

namespace millrace {
namespace {

using Claim = KeyRegistry::Claim;

TEST(KeyRegistry, GivesAnUnseenVisitToTheFirstWhoAsks) {
  KeyRegistry registry(10);
  EXPECT_EQ(registry.claim(5), Claim::kNew);
  EXPECT_EQ(registry.claim(5), Claim::kTaken);
  EXPECT_EQ(registry.claim(6), Claim::kNew);
}

TEST(KeyRegistry, SaysPerhapsOfWhatWasStoredBefore) {
  KeyRegistry registry(10);
  registry.add_stored(std::array<std::uint64_t, 2>{5, 6});
  EXPECT_EQ(registry.claim(5), Claim::kPerhaps);
  EXPECT_EQ(registry.claim(5), Claim::kTaken);
}

TEST(KeyRegistry, SaysPerhapsOfWhatAnEpochHasStored) {
  KeyRegistry registry(10);
  ASSERT_EQ(registry.claim(5), Claim::kNew);
  registry.release(std::array<std::uint64_t, 1>{5}, true);
  EXPECT_EQ(registry.claim(5), Claim::kPerhaps);
}

TEST(KeyRegistry, GivesAVisitAgainWhenItsEpochStoredNothing) {
  KeyRegistry registry(10);
  ASSERT_EQ(registry.claim(5), Claim::kNew);
  registry.release(std::array<std::uint64_t, 1>{5}, false);
  EXPECT_EQ(registry.claim(5), Claim::kNew);
}

TEST(KeyRegistry, StillSaysPerhapsWhenASecondEpochOfAStoredVisitFails) {
  KeyRegistry registry(10);
  registry.add_stored(std::array<std::uint64_t, 1>{5});
  ASSERT_EQ(registry.claim(5), Claim::kPerhaps);
  registry.release(std::array<std::uint64_t, 1>{5}, false);
  EXPECT_EQ(registry.claim(5), Claim::kPerhaps);
}

// Four threads claim the same visits over and over: never do two hold one, and once stored it is never new
// again.
TEST(KeyRegistry, ClaimsAreExclusiveAcrossThreads) {
  constexpr std::size_t kVisits = 512;
  constexpr int kRounds = 400;
  KeyRegistry registry(kVisits);
  std::array<std::atomic<int>, kVisits> holders{};
  std::array<std::atomic<int>, kVisits> times_new{};
  std::atomic<int> shared_claims = 0;
  {
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int round = 0; round < kRounds; ++round) {
          std::vector<std::uint64_t> mine;
          for (std::size_t i = 0; i < 16; ++i) {
            const std::uint64_t visit = (static_cast<std::uint64_t>(round) * 7 + t * 3 + i * 31) % kVisits;
            const Claim claim = registry.claim(hash64("visit", visit));
            if (claim == Claim::kTaken) continue;
            if (claim == Claim::kNew) ++times_new[visit];
            if (holders[visit].fetch_add(1) != 0) ++shared_claims;
            mine.push_back(visit);
          }
          std::vector<std::uint64_t> keys;
          for (const std::uint64_t visit : mine) {
            holders[visit].fetch_sub(1);
            keys.push_back(hash64("visit", visit));
          }
          registry.release(keys, true);
        }
      });
    }
  }
  EXPECT_EQ(shared_claims, 0);
  for (std::size_t visit = 0; visit < kVisits; ++visit) EXPECT_LE(times_new[visit], 1) << visit;
}

}  // namespace
}  // namespace millrace
