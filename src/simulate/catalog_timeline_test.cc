#include "simulate/catalog_timeline.h"

#include <gtest/gtest.h>

#include <array>

#include "simulate/world.h"

namespace millrace {
namespace {

WorldOptions options_of(std::uint32_t products, int days) {
  return {.start = *parse_timestamp("2024-07-01"), .days = days, .products = products};
}

TEST(CatalogTimeline, SmallestAndLargestWorldsKeepTheirRules) {
  for (const auto& [products, days] : {std::pair{kSimulatedProductsMin, 3'000}, std::pair{200'000u, 3}}) {
    const World world(options_of(products, days));
    CatalogTimeline timeline = world.catalog_timeline();
    std::array<std::uint32_t, 4> kinds{};
    Timestamp last = world.options().start;
    while (const auto change = timeline.next()) {
      ASSERT_TRUE(change->at > last || (change->kind == CatalogChangeKind::kNew && change->at == last));
      last = change->at;
      ASSERT_EQ(last.micros % 1'000'000, 0);
      ++kinds[static_cast<std::size_t>(change->kind)];
      if (change->product < kLabProducts) {
        ASSERT_EQ(change->kind, CatalogChangeKind::kNew);
        continue;
      }
      ASSERT_GE(timeline.catalog()[change->product].price_cents, kMarketPriceCentsMin);
      ASSERT_LE(timeline.catalog()[change->product].price_cents, kMarketPriceCentsMax);
    }
    EXPECT_LE(kinds[static_cast<std::size_t>(CatalogChangeKind::kNew)], products);
    EXPECT_LE(kinds[static_cast<std::size_t>(CatalogChangeKind::kWithdrawn)], products / 10);
  }
}

TEST(CatalogTimeline, TheLabsProductsKeepTheirPrices) {
  const World world(options_of(100, 365));
  CatalogTimeline timeline = world.catalog_timeline();
  while (timeline.next()) {
  }
  for (std::uint32_t i = 0; i < kLabProducts; ++i) {
    EXPECT_TRUE(timeline.catalog()[i].on_sale);
    EXPECT_EQ(timeline.catalog()[i].vendor, kHouseVendor);
    EXPECT_EQ(timeline.catalog()[i].price_cents, products()[i].price.units / 100);
  }
}

TEST(CatalogTimeline, EveryVendorHasSomethingToSell) {
  const World world(options_of(1'000, 10));
  const Catalog catalog(world.options(), static_cast<std::uint32_t>(world.vendors().size()));
  std::vector<int> products_of(world.vendors().size());
  for (std::uint32_t i = 0; i < catalog.size(); ++i) ++products_of[catalog[i].vendor];
  for (const int count : products_of) EXPECT_GT(count, 0);
}

TEST(CatalogTimeline, AdvancingTakesWhatIsDue) {
  const World world(options_of(100, 30));
  CatalogTimeline timeline = world.catalog_timeline();
  EXPECT_FALSE(timeline.catalog()[0].on_sale);
  timeline.advance_to(world.options().start);
  EXPECT_TRUE(timeline.catalog()[0].on_sale);
  EXPECT_FALSE(timeline.catalog()[99].on_sale) << "to come later";
  const auto next = timeline.next();
  ASSERT_TRUE(next);
  EXPECT_GT(next->at, world.options().start);
}

}  // namespace
}  // namespace millrace
