// The truth of each shape, counted anew from its records.
#include <gtest/gtest.h>

#include <set>

#include "simulate/test_records.h"

namespace millrace {
namespace {

constexpr std::uint64_t kMany = 30'000;

WorldOptions campaign_world() {
  auto options = test_world(kMany);
  options.campaigns = 4;
  return options;
}

void expect_times(Truth& truth, const std::string& first, const std::string& last) {
  EXPECT_EQ(*parse_timestamp(truth.text("/first_at")), *parse_timestamp(first));
  EXPECT_EQ(*parse_timestamp(truth.text("/last_at")), *parse_timestamp(last));
}

TEST(WorldTruth, OfClicksIsWhatIsRead) {
  const Written clicks = write_all_records(campaign_world(), Shape::kClicks);
  Counts products;
  Counts pages;
  Counts campaigns;
  std::set<std::string> users;
  std::string first;
  std::string last;
  for (const std::string& line : clicks.lines) {
    const Fields click = json_fields(line).value();
    users.insert(click.at("user_id"));
    if (click.contains("product_id")) ++products[click.at("product_id")];
    if (click.contains("page_url")) ++pages[click.at("page_url")];
    if (click.contains("referrer_url")) ++campaigns[click.at("referrer_url")];
    EXPECT_NE(click.contains("product_id"), click.contains("page_url"));
    if (first.empty()) first = click.at("event_time");
    last = click.at("event_time");
  }
  Truth truth(clicks.truth);
  EXPECT_EQ(clicks.lines.size(), kMany);
  EXPECT_EQ(truth.counts("/clicks_by_product"), products);
  EXPECT_EQ(truth.counts("/page_views"), pages);
  EXPECT_EQ(truth.counts("/page_views_by_campaign"), campaigns);
  EXPECT_EQ(truth.number("/users"), static_cast<std::int64_t>(users.size()));
  EXPECT_EQ(truth.number("/events/page_view") + truth.number("/events/view_item"),
            static_cast<std::int64_t>(kMany));
  expect_times(truth, first, last);
}

TEST(WorldTruth, OfTransactionsIsWhatIsRead) {
  const Written sales = write_all_records(campaign_world(), Shape::kTransactions);
  std::map<std::string, Counts> by_store;
  Counts by_product;
  std::int64_t units = 0;
  for (const std::string& line : sales.lines) {
    const Fields sale = json_fields(line).value();
    const std::int64_t quantity = std::stoll(sale.at("qty"));
    by_store[sale.at("product_id")][sale.at("store_id")] += quantity;
    by_product[sale.at("product_id")] += quantity;
    units += quantity;
  }
  Truth truth(sales.truth);
  EXPECT_EQ(truth.number("/units"), units);
  EXPECT_EQ(truth.counts("/units_by_product"), by_product);
  EXPECT_EQ(truth.size("/units_by_product_and_store"), by_store.size());
  for (const auto& [product, stores] : by_store) {
    EXPECT_EQ(truth.counts("/units_by_product_and_store/" + product), stores);
  }
}

struct EcomCount {
  Counts events;
  std::int64_t cents = 0;

  void add(const std::string& type, const std::string& price) {
    ++events[type];
    if (type == "purchase") cents += millrace::cents(price);
  }
};

void expect_count(Truth& truth, const std::string& pointer, EcomCount& count) {
  for (const std::string type : {"view", "cart", "remove_from_cart", "purchase"}) {
    EXPECT_EQ(truth.number(pointer + "/" + type), count.events[type]) << pointer;
  }
}

TEST(WorldTruth, OfEcomEventsIsWhatIsRead) {
  const Written rows = write_all_records(campaign_world(), Shape::kEcomEvents);
  EcomCount all;
  std::map<std::string, EcomCount> by_code;
  Counts empty;
  std::set<std::string> sessions;
  std::set<std::string> users;
  std::map<std::string, std::string> code_of_id;
  for (const std::string& line : rows.lines) {
    const auto row = csv_columns(line);
    ASSERT_EQ(row.size(), 9u);
    all.add(row[1], row[6]);
    by_code[row[4]].add(row[1], row[6]);
    EXPECT_EQ(row[3].size(), 19u);
    EXPECT_EQ(code_of_id.emplace(row[3], row[4]).first->second, row[4]) << "an id has one code";
    empty["category_code"] += row[4].empty();
    empty["brand"] += row[5].empty();
    empty["user_session"] += row[8].empty();
    users.insert(row[7]);
    if (!row[8].empty()) sessions.insert(row[8]);
  }
  Truth truth(rows.truth);
  expect_count(truth, "/events", all);
  EXPECT_EQ(truth.cents("/revenue"), all.cents);
  expect_count(truth, "/without_category_code", by_code[""]);
  EXPECT_EQ(truth.cents("/without_category_code/revenue"), by_code[""].cents);
  by_code.erase("");
  EXPECT_EQ(truth.size("/by_category_code"), by_code.size());
  for (auto& [code, count] : by_code) {
    expect_count(truth, "/by_category_code/" + code, count);
    EXPECT_EQ(truth.cents("/by_category_code/" + code + "/revenue"), count.cents);
  }
  EXPECT_EQ(truth.counts("/empty"), empty);
  EXPECT_EQ(truth.number("/sessions"), static_cast<std::int64_t>(sessions.size()));
  EXPECT_EQ(truth.number("/users"), static_cast<std::int64_t>(users.size()));
  EXPECT_NEAR(static_cast<double>(empty["category_code"]) / kMany, 0.27, 0.02);
  EXPECT_NEAR(static_cast<double>(empty["brand"]) / kMany, 0.24, 0.02);
  EXPECT_GT(empty["user_session"], 0);
}

TEST(WorldTruth, OfOrdersIsWhatIsRead) {
  const Written orders = write_all_records(campaign_world(), Shape::kOrders);
  std::map<std::string, Counts> verticals;
  std::map<std::string, Counts> vendors;
  std::set<std::string> customers;
  std::int64_t revenue = 0;
  std::int64_t rating_sum = 0;
  std::int64_t rated = 0;
  for (const std::string& line : orders.lines) {
    const Fields order = json_fields(line).value();
    const std::int64_t amount = cents(order.at("item_price")) * std::stoll(order.at("item_quantity"));
    revenue += amount;
    for (Counts* sums : {&verticals[order.at("vendor_vertical")], &vendors[order.at("vendor_id")]}) {
      ++(*sums)["orders"];
      (*sums)["cents"] += amount;
    }
    customers.insert(order.at("customer_id"));
    if (order.at("order_rating").empty()) continue;
    ++rated;
    rating_sum += std::stoll(order.at("order_rating"));
  }
  Truth truth(orders.truth);
  EXPECT_EQ(truth.number("/orders"), static_cast<std::int64_t>(kMany));
  EXPECT_EQ(truth.cents("/revenue"), revenue);
  EXPECT_EQ(truth.number("/rating_sum"), rating_sum);
  EXPECT_EQ(truth.number("/rated_orders"), rated);
  EXPECT_EQ(truth.number("/customers"), static_cast<std::int64_t>(customers.size()));
  EXPECT_EQ(truth.size("/by_vendor"), vendors.size());
  for (auto& [group, sums] :
       {std::pair{std::string("/by_vertical/"), verticals}, std::pair{std::string("/by_vendor/"), vendors}}) {
    for (const auto& [key, of_key] : sums) {
      EXPECT_EQ(truth.number(group + key + "/orders"), of_key.at("orders"));
      EXPECT_EQ(truth.cents(group + key + "/revenue"), of_key.at("cents"));
    }
  }
}

TEST(WorldTruth, OfCatalogChangesIsTheNewestOfEachProduct) {
  auto options = campaign_world();
  options.days = 100;
  const Written changes = write_all_records(options, Shape::kCatalogChanges);
  std::map<std::string, Fields> newest;
  Counts kinds;
  for (const std::string& line : changes.lines) {
    const Fields change = json_fields(line).value();
    newest[change.at("item_sku")] = change;
    ++kinds[change.at("change")];
  }
  EXPECT_GT(kinds["withdrawn"], 0);
  Truth truth(changes.truth);
  EXPECT_EQ(truth.counts("/changes"), kinds);
  EXPECT_EQ(truth.size("/products"), newest.size());
  std::int64_t withdrawn = 0;
  for (const auto& [sku, change] : newest) {
    EXPECT_EQ(truth.text("/products/" + sku + "/name"), change.at("item_name"));
    EXPECT_EQ(truth.cents("/products/" + sku + "/price"), cents(change.at("item_price")));
    EXPECT_EQ(truth.text("/products/" + sku + "/vendor_id"), change.at("vendor_id"));
    withdrawn += change.at("change") == "withdrawn";
  }
  EXPECT_EQ(withdrawn, kinds["withdrawn"]) << "what is withdrawn does not change again";
}

TEST(WorldTruth, OfNothingHasNoTimes) {
  auto options = test_world();
  options.visits = 1;
  EXPECT_NE(write_all_records(options, Shape::kOrders).truth.find("\"first_at\": null"), std::string::npos);
}

}  // namespace
}  // namespace millrace
