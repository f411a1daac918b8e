#include "event/visit.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

Event event_of(EventType type) {
  Event event;
  event.type = type;
  return event;
}

Event view_at(std::int64_t micros) {
  Event event = event_of(EventType::kPageView);
  event.time = {micros};
  return event;
}

Event purchase(std::int64_t units, std::string_view currency) {
  Event event = event_of(EventType::kPurchase);
  event.amount = Decimal{units};
  event.currency = currency;
  return event;
}

TEST(VisitTotals, CountEachKindOfEvent) {
  const VisitTotals totals =
      total({view_at(1), view_at(2), event_of(EventType::kAddToCart), purchase(1, "USD")});
  EXPECT_EQ(totals.event_count, 4);
  EXPECT_EQ(totals.page_view_count, 2);
  EXPECT_EQ(totals.cart_add_count, 1);
  EXPECT_EQ(totals.purchase_count, 1);
}

TEST(VisitTotals, BoundsAreTheEarliestAndTheLatestWhateverTheOrder) {
  const VisitTotals totals = total({view_at(5), view_at(9), view_at(3), view_at(7)});
  EXPECT_EQ(totals.started_at, Timestamp{3});
  EXPECT_EQ(totals.ended_at, Timestamp{9});
}

TEST(VisitTotals, BoundsOfLateTimesDoNotStartAt1970) {
  const VisitTotals totals = total({view_at(100)});
  EXPECT_EQ(totals.started_at, Timestamp{100});
  EXPECT_EQ(totals.ended_at, Timestamp{100});
}

TEST(VisitTotals, RevenueWithoutPurchasesIsZeroWithoutCurrency) {
  const VisitTotals totals = total({view_at(1)});
  EXPECT_EQ(totals.revenue, Decimal{0});
  EXPECT_TRUE(totals.currency.empty());
}

TEST(VisitTotals, PurchasesInOneCurrencyAddUp) {
  const VisitTotals totals = total({purchase(100'001, "EUR"), purchase(2, "EUR"), purchase(0, "EUR")});
  EXPECT_EQ(totals.revenue, Decimal{100'003});
  EXPECT_EQ(totals.currency, "EUR");
}

TEST(VisitTotals, PurchasesInSeveralCurrenciesAreNeverAdded) {
  for (const VisitTotals& totals : {total({purchase(1, "USD"), purchase(2, "EUR")}),
                                    total({purchase(1, "USD"), purchase(2, "EUR"), purchase(3, "USD")}),
                                    total({purchase(1, "USD"), purchase(1, "USD"), purchase(2, "EUR")})}) {
    EXPECT_FALSE(totals.revenue.has_value());
    EXPECT_TRUE(totals.currency.empty());
  }
}

TEST(VisitTotals, RevenueTooLargeToAddIsNothingButKeepsItsCurrency) {
  const VisitTotals totals =
      total({purchase(Decimal::kUnitsMax, "USD"), purchase(1, "USD"), purchase(1, "USD")});
  EXPECT_FALSE(totals.revenue.has_value());
  EXPECT_EQ(totals.currency, "USD");
  EXPECT_EQ(totals.purchase_count, 3);
}

TEST(VisitTotals, OfNoEventsAreZero) {
  const VisitTotals totals = total({});
  EXPECT_EQ(totals.event_count, 0);
  EXPECT_EQ(totals.revenue, Decimal{0});
}

}  // namespace
}  // namespace millrace
