#include "query/overview.h"

#include <gtest/gtest.h>

#include "query/overview_json.h"
#include "query/test_warehouse.h"

namespace millrace {
namespace {

// Four visits on two days:
//   1 mobile   Mon 10:00  home, home, cart; adds and buys A (hardware, 2 × 10) and B (software, 1
//   × 5.50): 25.50 USD 2 mobile   Mon 23:59  home; adds A; its second page view comes on Tuesday 3 desktop
//   Tue 12:00  home; buys B for 7 EUR, now a peripheral 4 tablet   Tue 12:30  cart, and then a page without
//   address
constexpr std::string_view kShop = R"sql(
CREATE TEMP MACRO monday(t) AS ('2024-07-01 ' || t)::TIMESTAMP;
INSERT INTO sealed.visits (visit_key, session_id, user_id, device_type, started_at, ended_at, event_count, page_view_count,
                            cart_add_count, purchase_count, received_at, source_id, epoch) VALUES
  (1, 's1', 'u1', 'mobile', monday('10:00'), monday('10:06'), 6, 3, 2, 1, monday('11:00'), 1, 1),
  (2, 's2', 'u2', 'mobile', monday('23:59'), '2024-07-02 00:01', 3, 2, 1, 0, monday('11:00'), 1, 1),
  (3, 's3', 'u3', 'desktop', '2024-07-02 12:00', '2024-07-02 12:05', 2, 1, 0, 1, monday('11:00'), 1, 1),
  (4, 's4', 'u4', 'tablet', '2024-07-02 12:30', '2024-07-02 12:40', 2, 2, 0, 0, monday('11:00'), 1, 1);
INSERT INTO sealed.visit_events (event_id, event_index, event_type, first_of_page_in_visit, event_time, visit_key, session_id, user_id, device_type,
                            page_url, amount, currency, received_at, source_id, epoch) VALUES
  (10, 0, 'page_view', true, monday('10:00'), 1, 's1', 'u1', 'mobile', 'home', NULL, NULL, monday('11:00'), 1, 1),
  (11, 1, 'page_view', false, monday('10:01'), 1, 's1', 'u1', 'mobile', 'home', NULL, NULL, monday('11:00'), 1, 1),
  (12, 2, 'page_view', true, monday('10:02'), 1, 's1', 'u1', 'mobile', 'cart', NULL, NULL, monday('11:00'), 1, 1),
  (13, 3, 'add_to_cart', NULL, monday('10:03'), 1, 's1', 'u1', 'mobile', NULL, NULL, NULL, monday('11:00'), 1, 1),
  (14, 4, 'add_to_cart', NULL, monday('10:04'), 1, 's1', 'u1', 'mobile', NULL, NULL, NULL, monday('11:00'), 1, 1),
  (15, 5, 'purchase', NULL, monday('10:06'), 1, 's1', 'u1', 'mobile', NULL, 25.50, 'USD', monday('11:00'), 1, 1),
  (20, 0, 'page_view', true, monday('23:59'), 2, 's2', 'u2', 'mobile', 'home', NULL, NULL, monday('11:00'), 1, 1),
  (21, 1, 'add_to_cart', NULL, '2024-07-02 00:00', 2, 's2', 'u2', 'mobile', NULL, NULL, NULL, monday('11:00'), 1, 1),
  (22, 2, 'page_view', true, '2024-07-02 00:01', 2, 's2', 'u2', 'mobile', 'products', NULL, NULL, monday('11:00'), 1, 1),
  (30, 0, 'page_view', true, '2024-07-02 12:00', 3, 's3', 'u3', 'desktop', 'home', NULL, NULL, monday('11:00'), 1, 1),
  (31, 1, 'purchase', NULL, '2024-07-02 12:05', 3, 's3', 'u3', 'desktop', NULL, 7, 'EUR', monday('11:00'), 1, 1),
  (40, 0, 'page_view', true, '2024-07-02 12:30', 4, 's4', 'u4', 'tablet', 'cart', NULL, NULL, monday('11:00'), 1, 1),
  (50, 1, 'page_view', true, '2024-07-02 12:40', 4, 's4', 'u4', 'tablet', NULL, NULL, NULL, monday('11:00'), 1, 1);
INSERT INTO sealed.purchase_items (event_id, order_id, item_index, visit_key, session_id, user_id, product_id, product_name, category, price, quantity,
                                    line_amount, currency, purchased_at, received_at, source_id, epoch) VALUES
  (15, 'o1', 0, 1, 's1', 'u1', 'A', 'Old name', 'hardware', 10, 2, 20, 'USD', monday('10:06'), monday('11:00'), 1, 1),
  (15, 'o1', 1, 1, 's1', 'u1', 'B', 'Editor', 'software', 5.50, 1, 5.50, 'USD', monday('10:06'), monday('11:00'), 1, 1),
  (31, 'o2', 0, 3, 's3', 'u3', 'B', 'Editor 2', 'peripherals', 7, 1, 7, 'EUR', '2024-07-02 12:05', monday('11:00'), 1, 1);
INSERT INTO raw.progress VALUES ('f', 'visits', 7, 0, 100, 'b', 'c', false, 4,4,0,0, 12,12,0,0, 3,3,0,0, 0, 1);
)sql";

class OverviewNumbers : public testing::Test {
 protected:
  OverviewNumbers() { warehouse_.write(kShop); }

  Overview load(const OverviewRequest& request = {}) {
    Result<Overview> overview = load_overview(warehouse_.connection, request);
    EXPECT_TRUE(overview.has_value()) << (overview.has_value() ? "" : overview.error().message);
    return overview.has_value() ? *overview : Overview{};
  }

  Overview load(const OverviewFilters& filters) {
    OverviewRequest request;
    request.filters = filters;
    return load(request);
  }

  static std::string keys(const auto& list) {
    std::string text;
    for (const auto& row : list.rows) text += (text.empty() ? "" : " ") + row.key;
    return text;
  }

  TestWarehouse warehouse_;
};

TEST_F(OverviewNumbers, CountWhatIsStored) {
  const Overview overview = load();
  EXPECT_EQ(overview.totals.visits, 4);
  EXPECT_EQ(overview.totals.page_views, 8);
  EXPECT_EQ(overview.totals.cart_adds, 3);
  EXPECT_EQ(overview.totals.orders, 2);
  EXPECT_EQ(overview.totals.visits_with_cart, 2);
  EXPECT_EQ(overview.totals.visits_with_purchase, 2);
  EXPECT_EQ(format_timestamp(overview.stored->from), "2024-07-01T10:00:00Z");
  EXPECT_EQ(format_timestamp(overview.stored->to), "2024-07-02T12:40:00Z");
}

TEST_F(OverviewNumbers, RevenueIsOfOneCurrency) {
  const Overview overview = load();
  EXPECT_EQ(overview.currencies, (std::vector<std::string>{"EUR", "USD"}));
  EXPECT_EQ(overview.currency, "EUR");
  EXPECT_EQ(format_decimal(overview.totals.revenue), "7");
  OverviewRequest request;
  request.currency = "USD";
  EXPECT_EQ(format_decimal(load(request).totals.revenue), "25.50");
  request.currency = "CHF";
  EXPECT_EQ(format_decimal(load(request).totals.revenue), "0");
}

TEST_F(OverviewNumbers, SeriesHasEveryBucketAndAddsUpToTheTotals) {
  const Overview overview = load();
  EXPECT_EQ(overview.bucket_seconds, 3'600);
  EXPECT_EQ(format_timestamp(overview.range.from), "2024-07-01T10:00:00Z");
  EXPECT_EQ(format_timestamp(overview.range.to), "2024-07-02T13:00:00Z");
  ASSERT_EQ(overview.series.size(), 27u);
  EXPECT_EQ(overview.series[0].counts.page_views, 3);
  EXPECT_EQ(overview.series[1].counts.page_views, 0);
  EXPECT_EQ(overview.series[13].counts.visits, 1);
  EXPECT_EQ(overview.series[14].counts.visits, 0);
  EXPECT_EQ(overview.series[14].counts.page_views, 1);
  for (std::size_t i = 0; i < overview.series.size(); ++i) {
    EXPECT_EQ(overview.series[i].start.micros,
              overview.range.from.micros + static_cast<std::int64_t>(i) * 3'600'000'000);
  }
}

TEST_F(OverviewNumbers, ARangeTakesEventsByTheirTimeAndVisitsByTheirStart) {
  OverviewRequest request;
  request.from = parse_timestamp("2024-07-02");
  request.to = parse_timestamp("2024-07-03");
  request.compare = true;
  const Overview overview = load(request);
  EXPECT_EQ(overview.totals.visits, 2);
  EXPECT_EQ(overview.totals.page_views, 4);
  EXPECT_EQ(overview.totals.cart_adds, 1);
  ASSERT_TRUE(overview.previous_totals.has_value());
  EXPECT_EQ(overview.previous_totals->visits, 2);
  EXPECT_EQ(overview.previous_totals->page_views, 4);
  EXPECT_EQ(overview.previous_series.size(), overview.series.size());
  EXPECT_EQ(format_timestamp(overview.previous->from), "2024-07-01T00:00:00Z");
}

TEST_F(OverviewNumbers, NothingBeforeTheYearOneIsShown) {
  OverviewRequest request;
  request.from = parse_timestamp("0001-01-02");
  request.to = parse_timestamp("0001-01-04");
  request.compare = true;
  const auto refused = load_overview(warehouse_.connection, request);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(refused.error().message.find("before the year 1"), std::string::npos) << refused.error().message;
  request.to = parse_timestamp("0001-01-03");
  EXPECT_TRUE(load_overview(warehouse_.connection, request).has_value());
  request.compare = false;
  request.from = parse_timestamp("0000-01-02");
  const auto year_zero = load_overview(warehouse_.connection, request);
  ASSERT_FALSE(year_zero.has_value());
  EXPECT_EQ(year_zero.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(OverviewNumbers, ListsAreRanked) {
  const Overview overview = load();
  EXPECT_EQ(keys(overview.pages), "home cart (none) products");
  EXPECT_EQ(overview.pages.total, 4);
  EXPECT_EQ(overview.pages.rows[0].visits, 3);
  EXPECT_EQ(overview.pages.rows[0].views, 4);
  EXPECT_EQ(keys(overview.products), "A B");
  EXPECT_EQ(overview.products.rows[0].units, 2);
  EXPECT_EQ(overview.products.rows[1].name, "Editor 2");
  EXPECT_EQ(format_decimal(overview.products.rows[1].revenue), "7");
  EXPECT_EQ(keys(overview.categories), "peripherals hardware software");
  EXPECT_EQ(keys(overview.devices), "mobile desktop tablet");
  EXPECT_EQ(overview.devices.rows[0].visits, 2);
}

TEST_F(OverviewNumbers, AFilterSelectsVisitsEverywhereButInItsOwnList) {
  OverviewFilters filters;
  filters.device = "mobile";
  const Overview overview = load(filters);
  EXPECT_EQ(overview.totals.visits, 2);
  EXPECT_EQ(overview.totals.page_views, 5);
  EXPECT_EQ(overview.totals.orders, 1);
  EXPECT_EQ(keys(overview.pages), "home cart products");
  EXPECT_EQ(keys(overview.products), "A B");
  EXPECT_EQ(overview.products.rows[1].units, 1);
  EXPECT_EQ(keys(overview.devices), "mobile desktop tablet");
}

TEST_F(OverviewNumbers, APageFilterTakesAllEventsOfVisitsThatViewedIt) {
  OverviewFilters filters;
  filters.page = std::string(kNoValue);
  EXPECT_EQ(load(filters).totals.visits, 1);
  filters.page = "cart";
  const Overview overview = load(filters);
  EXPECT_EQ(overview.totals.visits, 2);
  EXPECT_EQ(overview.totals.page_views, 5);
  EXPECT_EQ(overview.totals.orders, 1);
  EXPECT_EQ(keys(overview.devices), "mobile tablet");
  EXPECT_EQ(keys(overview.pages), "home cart (none) products");
}

TEST_F(OverviewNumbers, ProductCategoryAndStepSelectByWhatAVisitDid) {
  OverviewFilters product;
  product.product = "B";
  EXPECT_EQ(load(product).totals.visits, 2);
  EXPECT_EQ(keys(load(product).products), "A B");
  OverviewFilters category;
  category.category = "software";
  EXPECT_EQ(load(category).totals.visits, 1);
  category.category = "no such category";
  EXPECT_EQ(load(category).totals.visits, 0);
  OverviewFilters step;
  step.step = OverviewFilters::Step::kCart;
  EXPECT_EQ(load(step).totals.visits, 2);
  EXPECT_EQ(load(step).totals.orders, 1);
  step.step = OverviewFilters::Step::kPurchase;
  EXPECT_EQ(load(step).totals.visits, 2);
  EXPECT_EQ(load(step).totals.orders, 2);
}

TEST_F(OverviewNumbers, FiltersNarrowEachOther) {
  OverviewFilters filters;
  filters.device = "mobile";
  filters.page = "cart";
  filters.product = "A";
  filters.category = "hardware";
  filters.step = OverviewFilters::Step::kPurchase;
  const Overview overview = load(filters);
  EXPECT_EQ(overview.totals.visits, 1);
  EXPECT_EQ(overview.totals.page_views, 3);
  filters.device = "tablet";
  EXPECT_EQ(load(filters).totals.visits, 0);
}

// A reader copies a tile's SQL and must get the tile's numbers, through the guard.
TEST_F(OverviewNumbers, TheSqlOfEachTileGivesItsNumbers) {
  OverviewRequest request;
  request.filters.page = "home";
  request.filters.device = "it's -- \"mobile\"";
  request.filters.product = "'; DROP TABLE curated.visits; --";
  EXPECT_EQ(load(request).totals.visits, 0);
  request.filters = {};
  request.filters.page = "home";
  const Overview overview = load(request);
  const std::string totals = warehouse_.ask(overview.sql.totals);
  EXPECT_EQ(
      totals,
      R"({"visits":3,"page_views":6,"cart_adds":3,"orders":2,"revenue":"7.0000","visits_with_cart":2,"visits_with_purchase":2})"
      "\n");
  EXPECT_EQ(overview.totals.visits, 3);
  EXPECT_EQ(overview.totals.page_views, 6);
  EXPECT_EQ(overview.totals.cart_adds, 3);
  EXPECT_EQ(overview.totals.orders, 2);
  for (const std::string& sql : {overview.sql.series, overview.sql.pages, overview.sql.products,
                                 overview.sql.categories, overview.sql.devices}) {
    EXPECT_FALSE(warehouse_.ask(sql).starts_with("error: ")) << sql;
  }
}

TEST_F(OverviewNumbers, JsonHasTheShapeThatThePageReads) {
  OverviewRequest request;
  request.from = parse_timestamp("2024-07-02T12:00");
  request.to = parse_timestamp("2024-07-02T12:01");
  request.compare = true;
  std::string json = to_json(load(request));
  json.erase(json.find(",\"sql\":"));
  EXPECT_EQ(
      json,
      R"({"has":["visits","page_views","cart_adds","orders","revenue","visits_with_cart","visits_with_purchase","pages","products","categories","devices"],)"
      R"("range":{"from":"2024-07-02T12:00:00Z","to":"2024-07-02T12:01:00Z","bucket_seconds":60},)"
      R"("stored":{"from":"2024-07-01T10:00:00Z","to":"2024-07-02T12:40:00Z"},)"
      R"("previous":{"from":"2024-07-02T11:59:00Z","to":"2024-07-02T12:00:00Z"},"complete_to":"2024-07-02T12:40:00Z",)"
      R"("currency":"EUR","currencies":["EUR","USD"],)"
      R"("totals":{"visits":1,"page_views":1,"cart_adds":0,"orders":0,"revenue":"0.00","visits_with_cart":0,"visits_with_purchase":1,"item_views":0,"units":0,"stock_change":0},)"
      R"("previous_totals":{"visits":0,"page_views":0,"cart_adds":0,"orders":0,"revenue":"0.00","visits_with_cart":0,"visits_with_purchase":0,"item_views":0,"units":0,"stock_change":0},)"
      R"("series":{"start":["2024-07-02T12:00:00Z"],"visits":[1],"page_views":[1],"cart_adds":[0],"orders":[0],"revenue":["0.00"],"visits_with_cart":[0],"visits_with_purchase":[1],"item_views":[0],"units":[0],"stock_change":[0]},)"
      R"("previous_series":{"start":["2024-07-02T11:59:00Z"],"visits":[0],"page_views":[0],"cart_adds":[0],"orders":[0],"revenue":["0.00"],"visits_with_cart":[0],"visits_with_purchase":[0],"item_views":[0],"units":[0],"stock_change":[0]},)"
      R"("pages":{"total":1,"rows":[{"key":"home","visits":1,"views":1}]},"products":{"total":0,"rows":[]},)"
      R"("categories":{"total":0,"rows":[]},"devices":{"total":1,"rows":[{"key":"desktop","visits":1}]},)"
      R"("stores":{"total":0,"rows":[]},"verticals":{"total":0,"rows":[]},"shoppers":null)");
}

TEST_F(OverviewNumbers, TagChangesWithDataAndWithTheRequest) {
  OverviewRequest request;
  const std::string before = overview_etag(warehouse_.connection, request).value();
  EXPECT_EQ(overview_etag(warehouse_.connection, request).value(), before);
  request.compare = true;
  EXPECT_NE(overview_etag(warehouse_.connection, request).value(), before);
  request.compare = false;
  warehouse_.write("UPDATE raw.progress SET epoch = 2");
  EXPECT_NE(overview_etag(warehouse_.connection, request).value(), before);
}

TEST_F(OverviewNumbers, AnImpossibleRangeIsRefused) {
  OverviewRequest request;
  request.from = parse_timestamp("2024-07-02");
  request.to = request.from;
  EXPECT_FALSE(load_overview(warehouse_.connection, request).has_value());
  request.to = parse_timestamp("2224-07-02");
  EXPECT_FALSE(load_overview(warehouse_.connection, request).has_value());
}

TEST(EmptyWarehouse, IsAnAnswerAndNoError) {
  TestWarehouse warehouse;
  const Result<Overview> overview = load_overview(warehouse.connection, {});
  ASSERT_TRUE(overview.has_value()) << overview.error().message;
  EXPECT_FALSE(overview->stored.has_value());
  EXPECT_FALSE(overview->currency.has_value());
  EXPECT_EQ(overview->series.size(), 24u);
  EXPECT_NE(to_json(*overview).find("\"stored\":null"), std::string::npos);
  EXPECT_TRUE(overview_etag(warehouse.connection, {}).has_value());
}

}  // namespace
}  // namespace millrace
