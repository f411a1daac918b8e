// The Overview of shops whose events belong to no visit: orders, purchases, clicks, sales of stores, stock.
#include <gtest/gtest.h>

#include "query/overview.h"
#include "query/overview_json.h"
#include "query/test_warehouse.h"

namespace millrace {
namespace {

// Views as they are when a contract's table `flat` stands beside the visits.
constexpr std::string_view kFlatTable = R"sql(
CREATE TABLE flat (event_id UBIGINT, event_type event_type, event_time TIMESTAMP, session_id VARCHAR, user_id VARCHAR,
                   product_id VARCHAR, product_name VARCHAR, category VARCHAR, quantity INTEGER, order_id VARCHAR,
                   amount DECIMAL(18,4), currency currency_code, store_id VARCHAR, delta BIGINT, page_url VARCHAR,
                   source_topic VARCHAR, vendor_vertical VARCHAR);
INSERT INTO raw.contracts VALUES ('flat', '1', 'events', '', now()::TIMESTAMP);
CREATE OR REPLACE VIEW curated.events AS
  SELECT event_id, event_type, first_of_page_in_visit, event_time, visit_key, session_id, user_id, device_type, page_url,
         product_id, product_name, category::VARCHAR AS category, quantity, order_id, amount, currency,
         NULL::VARCHAR AS store_id, NULL::BIGINT AS delta, 'visits' AS source_topic FROM sealed.visit_events
  UNION ALL BY NAME SELECT * EXCLUDE (vendor_vertical) FROM flat;
CREATE OR REPLACE VIEW curated.purchase_items AS
  SELECT event_id, visit_key, product_id, product_name, category::VARCHAR AS category, quantity, line_amount, currency,
         purchased_at FROM sealed.purchase_items
  UNION ALL BY NAME
  SELECT event_id, product_id, product_name, category, coalesce(quantity, 1) AS quantity, amount AS line_amount,
         currency, event_time AS purchased_at FROM flat WHERE event_type = 'purchase';
CREATE OR REPLACE VIEW curated.orders AS
  SELECT event_id, order_id, event_time AS order_placed_at, vendor_vertical FROM flat WHERE event_type = 'order';
)sql";

constexpr std::string_view kOrders = R"sql(
INSERT INTO flat BY NAME SELECT * FROM (VALUES
  (1, 'order', TIMESTAMP '2024-07-01 09:00', 'A', 4, 'O1', 10.00, 'USD', 'groceries', 'orders'),
  (2, 'order', TIMESTAMP '2024-07-01 10:00', 'B', 1, 'O2', 3.1234, 'USD', 'pharmacy', 'orders'),
  (3, 'order', TIMESTAMP '2024-07-02 11:00', 'A', 2, 'O3', 8.00, 'USD', 'groceries', 'orders'),
  (4, 'order', TIMESTAMP '2024-07-02 12:00', 'C', 1, 'O4', 7.00, 'EUR', NULL, 'orders'))
  t(event_id, event_type, event_time, product_id, quantity, order_id, amount, currency, vendor_vertical, source_topic);
)sql";

// Invoice I1 has three lines, two of them in another minute; I2 one; one line names no invoice.
constexpr std::string_view kInvoices = R"sql(
INSERT INTO flat BY NAME SELECT * FROM (VALUES
  (11, 'purchase', TIMESTAMP '2024-07-01 09:00', 'A', 2, 'I1', 5.00, 'GBP', 'shop'),
  (12, 'purchase', TIMESTAMP '2024-07-01 09:01', 'B', NULL, 'I1', 1.50, 'GBP', 'shop'),
  (13, 'purchase', TIMESTAMP '2024-07-01 09:01', 'A', 2, 'I1', 5.00, 'GBP', 'shop'),
  (14, 'purchase', TIMESTAMP '2024-07-01 09:02', 'A', -1, 'I2', -2.50, 'GBP', 'shop'),
  (15, 'purchase', TIMESTAMP '2024-07-01 09:02', 'A', 1, NULL, 2.50, 'GBP', 'shop'),
  (16, 'refund', TIMESTAMP '2024-07-01 09:02', 'A', -9, 'C1', -22.50, 'GBP', 'shop'),
  (17, 'purchase', TIMESTAMP '2024-07-01 09:00', 'A', 1, 'I1', 2.50, 'GBP', 'another shop'))
  t(event_id, event_type, event_time, product_id, quantity, order_id, amount, currency, source_topic);
)sql";

constexpr std::string_view kShoppers = R"sql(
INSERT INTO flat BY NAME SELECT * FROM (VALUES
  (21, 'view_item', TIMESTAMP '2024-07-01 09:00', 's1', 'u1', 'A', 'toys', NULL, NULL),
  (22, 'view_item', TIMESTAMP '2024-07-01 09:00', 's1', 'u1', 'B', NULL, NULL, NULL),
  (23, 'add_to_cart', TIMESTAMP '2024-07-01 09:01', 's1', 'u1', 'A', 'toys', NULL, NULL),
  (24, 'purchase', TIMESTAMP '2024-07-01 09:02', 's1', 'u1', 'A', 'toys', 20.00, 'USD'),
  (25, 'view_item', TIMESTAMP '2024-07-01 09:03', NULL, 'u2', 'A', 'toys', NULL, NULL),
  (26, 'add_to_cart', TIMESTAMP '2024-07-01 09:04', NULL, 'u2', 'A', 'toys', NULL, NULL),
  (27, 'view_item', TIMESTAMP '2024-07-01 09:05', 's3', 'u1', 'A', 'toys', NULL, NULL))
  t(event_id, event_type, event_time, session_id, user_id, product_id, category, amount, currency);
)sql";

// A line is worth nothing that is known, whatever its source says of an amount.
constexpr std::string_view kStoreSales = R"sql(
INSERT INTO flat BY NAME SELECT * FROM (VALUES
  (31, 'purchase_line', TIMESTAMP '2024-07-01 09:00', 'A', 3, 'north', 9.99, 'USD'),
  (32, 'purchase_line', TIMESTAMP '2024-07-01 09:30', 'B', 1, 'south', 1.00, 'USD'))
  t(event_id, event_type, event_time, product_id, quantity, store_id, amount, currency);
)sql";

constexpr std::string_view kClicksAndStock = R"sql(
INSERT INTO flat BY NAME SELECT * FROM (VALUES
  (41, 'view_item', TIMESTAMP '2024-07-01 09:00', 'A', NULL, NULL),
  (42, 'page_view', TIMESTAMP '2024-07-01 09:00', NULL, 'home', NULL),
  (43, 'page_view', TIMESTAMP '2024-07-01 09:01', NULL, 'home', NULL),
  (44, 'page_view', TIMESTAMP '2024-07-01 09:01', NULL, 'about', NULL),
  (45, 'stock_delta', TIMESTAMP '2024-07-01 09:02', 'A', NULL, -2),
  (46, 'stock_delta', TIMESTAMP '2024-07-01 09:03', 'A', NULL, 50))
  t(event_id, event_type, event_time, product_id, page_url, delta);
)sql";

constexpr std::string_view kOneVisit = R"sql(
INSERT INTO sealed.visits (visit_key, session_id, user_id, device_type, started_at, ended_at, event_count, page_view_count,
                           cart_add_count, purchase_count, received_at, source_id, epoch) VALUES
  (1, 's', 'u', 'mobile', '2024-07-01 09:00', '2024-07-01 09:05', 2, 1, 0, 1, '2024-07-01 11:00', 1, 1);
INSERT INTO sealed.visit_events (event_id, event_index, event_type, first_of_page_in_visit, event_time, visit_key,
                                 session_id, user_id, device_type, page_url, order_id, amount, currency, received_at, source_id, epoch)
VALUES (101, 0, 'page_view', true, '2024-07-01 09:00', 1, 's', 'u', 'mobile', 'home', NULL, NULL, NULL, '2024-07-01 11:00', 1, 1),
       (102, 1, 'purchase', NULL, '2024-07-01 09:05', 1, 's', 'u', 'mobile', NULL, 'O1', 100, 'USD', '2024-07-01 11:00', 1, 1);
INSERT INTO sealed.purchase_items (event_id, order_id, item_index, visit_key, session_id, user_id, product_id, product_name,
                                   category, price, quantity, line_amount, currency, purchased_at, received_at, source_id, epoch)
VALUES (102, 'O1', 0, 1, 's', 'u', 'A', 'Anvil', 'hardware', 50, 2, 100, 'USD', '2024-07-01 09:05', '2024-07-01 11:00', 1, 1);
)sql";

class OverviewShapes : public testing::Test {
 protected:
  OverviewShapes() { warehouse_.write(kFlatTable); }

  Overview load(const OverviewFilters& filters = {}) {
    OverviewRequest request;
    request.filters = filters;
    Result<Overview> overview = load_overview(warehouse_.connection, request);
    EXPECT_TRUE(overview.has_value()) << (overview.has_value() ? "" : overview.error().message);
    return overview.has_value() ? *overview : Overview{};
  }

  // The names of the numbers and lists there are.
  static std::string has(const Overview& overview) {
    const std::string json = to_json(overview);
    const std::size_t begin = json.find('[') + 1;
    return json.substr(begin, json.find(']') - begin);
  }

  static std::string revenue(const Overview& overview) { return format_decimal(overview.totals.revenue); }

  // Every query runs through the guard, and that of the totals gives them.
  void expect_sql_agrees(const Overview& overview, std::string_view totals) {
    EXPECT_EQ(warehouse_.ask(overview.sql.totals), std::string(totals) + "\n");
    for (const std::string& sql :
         {overview.sql.series, overview.sql.pages, overview.sql.products, overview.sql.categories,
          overview.sql.devices, overview.sql.stores, overview.sql.verticals, overview.sql.shoppers}) {
      if (sql.empty()) continue;
      EXPECT_FALSE(warehouse_.ask(sql).starts_with("error: ")) << sql;
    }
  }

  TestWarehouse warehouse_;
};

TEST_F(OverviewShapes, OrdersHaveNoNumbersOfVisits) {
  warehouse_.write(kOrders);
  const Overview overview = load();
  EXPECT_EQ(has(overview), R"("orders","revenue","units","products","verticals")");
  EXPECT_EQ(overview.totals.orders, 4);
  EXPECT_EQ(overview.totals.units, 8);
  EXPECT_EQ(overview.currencies, (std::vector<std::string>{"USD", "EUR"}));
  EXPECT_EQ(revenue(overview), "21.1234");
  ASSERT_EQ(overview.verticals.rows.size(), 3u);
  EXPECT_EQ(overview.verticals.rows[0].key, "groceries");
  EXPECT_EQ(overview.verticals.rows[0].orders, 2);
  EXPECT_EQ(format_decimal(overview.verticals.rows[0].revenue), "18");
  EXPECT_EQ(overview.verticals.rows[1].key, kNoValue);
  EXPECT_EQ(overview.products.rows[0].units, 6);
  expect_sql_agrees(overview, R"({"orders":4,"revenue":"21.1234","units":8})");
}

TEST_F(OverviewShapes, AVerticalSelectsItsOrdersEverywhereButInItsOwnList) {
  warehouse_.write(kOrders);
  OverviewFilters filters;
  filters.vertical = "groceries";
  const Overview overview = load(filters);
  EXPECT_EQ(overview.totals.orders, 2);
  EXPECT_EQ(overview.totals.units, 6);
  EXPECT_EQ(overview.products.total, 1);
  EXPECT_EQ(overview.verticals.total, 3);
  expect_sql_agrees(overview, R"({"orders":2,"revenue":"18.0000","units":6})");
}

TEST_F(OverviewShapes, LinesOfOneInvoiceAreOneOrder) {
  warehouse_.write(kInvoices);
  const Overview overview = load();
  EXPECT_EQ(has(overview), R"("orders","revenue","units","products")");
  EXPECT_EQ(overview.totals.orders, 4);
  EXPECT_EQ(revenue(overview), "14");
  EXPECT_EQ(overview.totals.units, 6);
  EXPECT_EQ(overview.series[0].counts.orders, 2);
  EXPECT_EQ(overview.series[1].counts.orders, 0) << "an order counts when its first line was sold";
  EXPECT_EQ(overview.series[2].counts.orders, 2);
  expect_sql_agrees(overview, R"({"orders":4,"revenue":"14.0000","units":6})");
}

TEST_F(OverviewShapes, ShoppersAreToldApartBySessionElseByUser) {
  warehouse_.write(kShoppers);
  const Overview overview = load();
  EXPECT_EQ(has(overview),
            R"("cart_adds","orders","revenue","item_views","units","products","categories","shoppers")");
  ASSERT_TRUE(overview.shoppers.has_value());
  EXPECT_EQ(overview.shoppers->viewed, 3);
  EXPECT_EQ(overview.shoppers->added, 2);
  EXPECT_EQ(overview.shoppers->bought, 1);
  EXPECT_EQ(overview.totals.item_views, 4);
  OverviewFilters filters;
  filters.step = OverviewFilters::Step::kPurchase;
  EXPECT_EQ(load(filters).totals.item_views, 2);
  filters = {};
  filters.category = std::string(kNoValue);
  EXPECT_EQ(load(filters).totals.item_views, 1);
}

TEST_F(OverviewShapes, SalesOfStoresAreUnitsWithoutRevenue) {
  warehouse_.write(kStoreSales);
  const Overview overview = load();
  EXPECT_EQ(has(overview), R"("units","products","stores")");
  EXPECT_EQ(overview.totals.units, 4);
  EXPECT_EQ(revenue(overview), "0");
  EXPECT_EQ(format_decimal(overview.products.rows[0].revenue), "0");
  EXPECT_TRUE(overview.currencies.empty());
  EXPECT_EQ(overview.stores.rows[0].key, "north");
  OverviewFilters filters;
  filters.store = "south";
  EXPECT_EQ(load(filters).totals.units, 1);
  EXPECT_EQ(load(filters).stores.total, 2);
  expect_sql_agrees(overview, R"({"units":4})");
}

TEST_F(OverviewShapes, ClicksAndStockHaveNumbersOfTheirOwn) {
  warehouse_.write(kClicksAndStock);
  const Overview overview = load();
  EXPECT_EQ(has(overview), R"("page_views","item_views","stock_change","pages")");
  EXPECT_EQ(overview.totals.page_views, 3);
  EXPECT_EQ(overview.totals.item_views, 1);
  EXPECT_EQ(overview.totals.stock_change, 48);
  EXPECT_EQ(overview.pages.rows[0].key, "home");
  EXPECT_EQ(overview.pages.rows[0].views, 2);
  expect_sql_agrees(overview, R"({"page_views":3,"item_views":1,"stock_change":48})");
}

TEST_F(OverviewShapes, VisitsAndOtherShapesAddUp) {
  for (const std::string_view rows : {kOrders, kStoreSales, kClicksAndStock, kOneVisit})
    warehouse_.write(rows);
  const Overview overview = load();
  EXPECT_EQ(overview.totals.visits, 1);
  EXPECT_EQ(overview.totals.page_views, 4);
  EXPECT_EQ(overview.totals.orders, 5) << "an order of a visit and another of the same name are two";
  EXPECT_EQ(revenue(overview), "121.1234");
  EXPECT_EQ(overview.totals.units, 2 + 8 + 4);
  EXPECT_EQ(overview.totals.stock_change, 48);
  EXPECT_FALSE(overview.shoppers.has_value());
  EXPECT_EQ(overview.products.rows[0].key, "A");
  EXPECT_EQ(overview.products.rows[0].units, 2 + 6 + 3);
  EXPECT_EQ(overview.pages.rows[0].visits, 1);
  EXPECT_EQ(overview.pages.rows[0].views, 3);
}

TEST_F(OverviewShapes, AFilterOfVisitsLeavesOutEventsThatHaveNoSuchValue) {
  for (const std::string_view rows : {kOrders, kStoreSales, kOneVisit}) warehouse_.write(rows);
  OverviewFilters filters;
  filters.device = "mobile";
  EXPECT_EQ(load(filters).totals.orders, 1);
  EXPECT_EQ(load(filters).totals.units, 2);
  filters = {};
  filters.product = "A";
  const Overview overview = load(filters);
  EXPECT_EQ(overview.totals.orders, 3);
  EXPECT_EQ(overview.totals.units, 2 + 6 + 3);
  filters.store = "north";
  EXPECT_EQ(load(filters).totals.visits, 0);
  EXPECT_EQ(load(filters).totals.units, 3);
}

TEST_F(OverviewShapes, WithVisitsOnlyNothingIsAddedToTheirNumbers) {
  warehouse_.write(kOneVisit);
  warehouse_.write("DELETE FROM raw.contracts");
  EXPECT_EQ(
      has(load()),
      R"("visits","page_views","cart_adds","orders","revenue","visits_with_cart","visits_with_purchase",)"
      R"("pages","products","categories","devices")");
  EXPECT_EQ(load().sql.totals.find("UNION"), std::string::npos);
}

}  // namespace
}  // namespace millrace
