// What must hold of the world, read from what was written of it: the rules of the marketplace, the stock, and
// the catalog that all prices come from.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "simulate/test_records.h"

namespace millrace {
namespace {

constexpr std::uint64_t kMany = 60'000;

WorldOptions busy_world() {
  auto options = test_world(kMany);
  options.days = 200;
  options.users = 500;  // so that customers come back
  options.campaigns = 5;
  return options;
}

struct ProductState {
  std::string name;
  std::int64_t cents = 0;
  std::string vendor;
  bool on_sale = false;
};

// The catalog as its changes tell it, one after the other.
class CatalogReplay {
 public:
  explicit CatalogReplay(const WorldOptions& options)
      : lines_(write_all_records(options, Shape::kCatalogChanges).lines) {}

  const ProductState& at(Timestamp time, const std::string& sku) {
    for (; next_ < lines_.size(); ++next_) {
      const Fields change = json_fields(lines_[next_]).value();
      if (*parse_timestamp(change.at("changed_at")) > time) break;
      apply(change);
    }
    return states_[sku];
  }

 private:
  void apply(const Fields& change) {
    ProductState& state = states_[change.at("item_sku")];
    const std::string& kind = change.at("change");
    EXPECT_EQ(state.on_sale, kind != "new") << "only what is on sale changes, and only once it is new";
    EXPECT_EQ(kind == "new" || state.cents != cents(change.at("item_price")),
              kind == "new" || kind == "price");
    EXPECT_EQ(kind == "new" || state.name != change.at("item_name"), kind == "new" || kind == "name");
    state = {change.at("item_name"), cents(change.at("item_price")), change.at("vendor_id"),
             kind != "withdrawn"};
  }

  std::vector<std::string> lines_;
  std::size_t next_ = 0;
  std::map<std::string, ProductState> states_;
};

TEST(MarketplaceRules, NoTwoOrdersHaveCustomerVendorAndTimeInCommon) {
  std::set<std::tuple<std::string, std::string, std::string>> seen;
  for (const std::string& line : write_all_records(busy_world(), Shape::kOrders).lines) {
    const Fields order = json_fields(line).value();
    EXPECT_TRUE(
        seen.emplace(order.at("customer_id"), order.at("vendor_id"), order.at("order_placed_at")).second);
  }
  EXPECT_EQ(seen.size(), kMany);
}

TEST(MarketplaceRules, CustomersRegisterOnceAndBeforeTheyOrder) {
  std::map<std::string, std::string> registered;
  for (const std::string& line : write_all_records(busy_world(), Shape::kOrders).lines) {
    const Fields order = json_fields(line).value();
    const auto [found, is_new] =
        registered.emplace(order.at("customer_id"), order.at("customer_registered_at"));
    EXPECT_EQ(found->second, order.at("customer_registered_at"));
    EXPECT_LE(*parse_timestamp(found->second), *parse_timestamp(order.at("order_placed_at")));
  }
  EXPECT_GT(registered.size(), 450u);
}

TEST(MarketplaceRules, AVendorHasOneNameAddressAndVerticalAndIsInTheWorld) {
  const World world(busy_world());
  std::map<std::string, std::tuple<std::string, std::string, std::string>> vendors;
  for (std::uint32_t i = 0; i < world.vendors().size(); ++i) {
    std::string id;
    world.append_vendor_id(i, id);
    const Vendor& vendor = world.vendors()[i];
    vendors[id] = {vendor.name, vendor.address, std::string(name(vendor.vertical))};
  }
  std::set<std::string> verticals;
  for (const std::string& line : write_all_records(busy_world(), Shape::kOrders).lines) {
    const Fields order = json_fields(line).value();
    ASSERT_TRUE(vendors.contains(order.at("vendor_id")));
    EXPECT_EQ(vendors.at(order.at("vendor_id")),
              std::tuple(order.at("vendor_name"), order.at("vendor_address"), order.at("vendor_vertical")));
    verticals.insert(order.at("vendor_vertical"));
  }
  EXPECT_EQ(verticals.size(), 7u);
}

TEST(MarketplaceRules, ValuesAreWithinTheirBounds) {
  std::set<std::string> ratings;
  for (const std::string& line : write_all_records(busy_world(), Shape::kOrders).lines) {
    const Fields order = json_fields(line).value();
    ratings.insert(order.at("order_rating"));
    EXPECT_GE(cents(order.at("item_price")), 10'00);
    EXPECT_LE(cents(order.at("item_price")), 1000'00);
    EXPECT_GE(std::stoi(order.at("item_quantity")), 1);
    EXPECT_LE(std::stoi(order.at("item_quantity")), 10);
  }
  EXPECT_EQ(ratings, (std::set<std::string>{"", "1", "2", "3", "4", "5"}));
}

TEST(Catalog, OrdersHaveThePriceNameAndVendorOfTheirTime) {
  CatalogReplay catalog(busy_world());
  std::set<std::tuple<std::string, std::int64_t>> prices;
  std::set<std::string> products;
  for (const std::string& line : write_all_records(busy_world(), Shape::kOrders).lines) {
    const Fields order = json_fields(line).value();
    const ProductState& product =
        catalog.at(*parse_timestamp(order.at("order_placed_at")), order.at("item_sku"));
    ASSERT_TRUE(product.on_sale) << line;
    ASSERT_EQ(product.cents, cents(order.at("item_price"))) << line;
    ASSERT_EQ(product.name, order.at("item_name")) << line;
    ASSERT_EQ(product.vendor, order.at("vendor_id")) << line;
    prices.emplace(order.at("item_sku"), product.cents);
    products.insert(order.at("item_sku"));
  }
  EXPECT_GT(prices.size(), products.size()) << "no price has changed: the test proves nothing";
}

TEST(Catalog, EcomEventsHaveThePriceOfTheirTime) {
  CatalogReplay catalog(busy_world());
  for (const std::string& line : write_all_records(busy_world(), Shape::kEcomEvents).lines) {
    const auto row = csv_columns(line);
    const ProductState& product = catalog.at(*parse_timestamp(row[0].substr(0, 19)), row[2]);
    ASSERT_EQ(product.cents, cents(row[6])) << line;
    ASSERT_TRUE(product.on_sale || row[1] == "remove_from_cart") << line;
  }
}

TEST(Catalog, ClicksAndSalesAreOfProductsOnSale) {
  for (const Shape shape : {Shape::kClicks, Shape::kTransactions}) {
    CatalogReplay catalog(busy_world());
    for (const std::string& line : write_all_records(busy_world(), shape).lines) {
      const Fields event = json_fields(line).value();
      if (!event.contains("product_id")) continue;
      ASSERT_TRUE(catalog.at(*parse_timestamp(event.at("event_time")), event.at("product_id")).on_sale);
    }
  }
}

TEST(Catalog, NoProductChangesTwiceAtOneTime) {
  std::set<std::pair<std::string, std::string>> seen;
  std::set<std::string> kinds;
  for (const std::string& line : write_all_records(busy_world(), Shape::kCatalogChanges).lines) {
    const Fields change = json_fields(line).value();
    EXPECT_TRUE(seen.emplace(change.at("item_sku"), change.at("changed_at")).second) << line;
    kinds.insert(change.at("change"));
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"new", "price", "name", "withdrawn"}));
}

TEST(Stock, IsNeverBelowZeroAndItsDeltasAddUpToItsLevels) {
  const Written stock = write_all_records(busy_world(), Shape::kStock);
  std::map<std::string, Counts> levels;
  std::int64_t sold = 0;
  for (const std::string& line : stock.lines) {
    const Fields event = json_fields(line).value();
    std::int64_t& level = levels[event.at("product_id")][event.at("warehouse_id")];
    const std::int64_t delta = std::stoll(event.at("delta"));
    level += delta;
    sold += std::max<std::int64_t>(0, -delta);
    ASSERT_GE(level, 0) << line;
  }
  Truth truth(stock.truth);
  EXPECT_EQ(truth.size("/levels_by_product_and_warehouse"), levels.size());
  for (const auto& [product, of_product] : levels) {
    EXPECT_EQ(truth.counts("/levels_by_product_and_warehouse/" + product), of_product);
    std::int64_t sum = 0;
    for (const auto& [warehouse, level] : of_product) sum += level;
    EXPECT_EQ(truth.number("/levels_by_product/" + product), sum);
  }
  EXPECT_EQ(truth.number("/units_sold"), sold);
}

TEST(Stock, FallsWithTheVerySalesOfTheStores) {
  std::map<std::string, Counts> sold;  // by time, product
  for (const std::string& line : write_all_records(busy_world(), Shape::kTransactions).lines) {
    const Fields sale = json_fields(line).value();
    sold[sale.at("event_time")][sale.at("product_id")] += std::stoll(sale.at("qty"));
  }
  for (const std::string& line : write_all_records(busy_world(), Shape::kStock).lines) {
    const Fields event = json_fields(line).value();
    const std::int64_t delta = std::stoll(event.at("delta"));
    if (delta < 0) sold[event.at("event_time")][event.at("product_id")] += delta;
  }
  for (const auto& [time, products] : sold) {
    for (const auto& [product, units] : products) EXPECT_EQ(units, 0) << time << ' ' << product;
  }
}

}  // namespace
}  // namespace millrace
