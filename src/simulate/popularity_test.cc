#include "simulate/popularity.h"

#include <gtest/gtest.h>

#include <vector>

namespace millrace {
namespace {

TEST(Popularity, FollowsZipfsLaw) {
  constexpr std::uint32_t kCount = 100;
  constexpr double kDraws = 1'000'000;
  const Popularity popularity(kCount);
  Random random(1, 1);
  std::vector<int> drawn(kCount);
  for (int i = 0; i < kDraws; ++i) ++drawn.at(popularity.draw(random));
  double harmonic = 0;
  for (std::uint32_t i = 1; i <= kCount; ++i) harmonic += 1.0 / i;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const double expected = kDraws / harmonic / (i + 1);
    EXPECT_NEAR(drawn[i], expected, 0.05 * expected + 30) << i;
  }
}

TEST(Popularity, OfOneIsThatOne) {
  const Popularity popularity(1);
  Random random(1, 1);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(popularity.draw(random), 0u);
}

TEST(Popularity, OfAMillionReachesTheLast) {
  constexpr std::uint32_t kCount = 1'000'000;
  const Popularity popularity(kCount);
  Random random(2, 1);
  std::uint32_t largest = 0;
  for (int i = 0; i < 1'000'000; ++i) largest = std::max(largest, popularity.draw(random));
  EXPECT_LT(largest, kCount);
  EXPECT_GT(largest, kCount - kCount / 100);
}

}  // namespace
}  // namespace millrace
