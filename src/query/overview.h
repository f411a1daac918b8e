// The numbers of the Overview page: totals, a series over time and ranked lists, for what the reader has
// selected. A shop may have visits, or events of other shapes, or both; what of it there is decides which
// numbers there are. What each number means is written in README.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "base/result.h"
#include "base/time.h"
#include "query/time_buckets.h"

namespace millrace {

class Connection;

// Filters select visits, and of the events that belong to no visit those that have the value themselves:
// every number is then that of what is selected, and a list ignores the filter of its own dimension, so that
// its other rows stay to be chosen.
struct OverviewFilters {
  enum class Step { kCart, kPurchase };

  std::optional<std::string> device;    // visits on this device type
  std::optional<std::string> page;      // visits that viewed this page
  std::optional<std::string> product;   // visits that bought this product
  std::optional<std::string> category;  // visits that bought something of this category
  std::optional<std::string> store;     // no visit: they are in no store
  std::optional<std::string> vertical;  // no visit: only orders have one
  std::optional<Step> step;             // visits, or shoppers without visits, that came so far
};

// What a list calls rows without a page or a category; as a filter it selects those.
inline constexpr std::string_view kNoValue = "(none)";

struct OverviewRequest {
  std::optional<Timestamp> from;  // absent: the bucket of the first event stored
  std::optional<Timestamp> to;    // excluded; absent: the end of the bucket of the last
  bool compare = false;           // with as long a period immediately before
  OverviewFilters filters;
  std::optional<std::string> currency;  // absent: the one with most sales
};

// What is stored at all, whatever the range and the filters: numbers and lists that nothing could fill are
// left out. A shop that has only ever loaded visits, or nothing, has the numbers of visits.
struct OverviewContent {
  bool visits = true;
  bool page_views = true;
  bool cart_adds = true;
  bool orders = true;
  bool revenue = true;
  bool pages = true;
  bool products = true;
  bool categories = true;
  bool item_views = false;
  bool units = false;  // sold outside of visits
  bool stock = false;
  bool stores = false;
  bool verticals = false;
  bool shoppers = false;  // a funnel of events without visits

  bool flat = false;         // there may be events that belong to no visit
  bool order_lines = false;  // sales outside of visits, of which several may be one order
  bool sold_lines = false;   // sales that are no purchases: orders, lines without a price
};

// Revenue is in one currency only and never summed over currencies.
struct OverviewTotals {
  std::int64_t visits = 0;
  std::int64_t page_views = 0;
  std::int64_t cart_adds = 0;
  std::int64_t orders = 0;
  Decimal revenue;
  std::int64_t visits_with_cart = 0;
  std::int64_t visits_with_purchase = 0;
  std::int64_t item_views = 0;
  std::int64_t units = 0;
  std::int64_t stock_change = 0;
};

struct OverviewPoint {
  Timestamp start;
  OverviewTotals counts;
};

struct OverviewPage {
  std::string key;
  std::int64_t visits = 0;
  std::int64_t views = 0;
};

struct OverviewSales {  // of a product, or of a category, whose name is its key
  std::string key;
  std::string name;
  std::int64_t units = 0;
  Decimal revenue;
};

struct OverviewDevice {
  std::string key;
  std::int64_t visits = 0;
};

struct OverviewStore {
  std::string key;
  std::int64_t units = 0;
};

struct OverviewVertical {
  std::string key;
  std::int64_t orders = 0;
  Decimal revenue;
};

// How many shoppers without visits, told apart by their session or else their user, came how far.
struct OverviewShoppers {
  std::int64_t viewed = 0;
  std::int64_t added = 0;
  std::int64_t bought = 0;
};

template <typename Row>
struct RankedList {
  std::int64_t total = 0;  // rows there are; at most 100 of them are here
  std::vector<Row> rows;
};

// Each query of the page, ready to run; empty for what the shop has not.
struct OverviewSql {
  std::string totals;
  std::string series;
  std::string pages;
  std::string products;
  std::string categories;
  std::string devices;
  std::string stores;
  std::string verticals;
  std::string shoppers;
};

struct Overview {
  OverviewContent content;
  Period range;
  std::int64_t bucket_seconds = 0;
  std::optional<Period> stored;  // times of the first and the last event stored; nothing when there is none
  std::optional<Period> previous;
  std::optional<std::string> currency;
  std::vector<std::string> currencies;  // by number of sales
  OverviewTotals totals;
  std::vector<OverviewPoint> series;
  std::optional<OverviewTotals> previous_totals;
  std::vector<OverviewPoint> previous_series;
  RankedList<OverviewPage> pages;
  RankedList<OverviewSales> products;
  RankedList<OverviewSales> categories;
  RankedList<OverviewDevice> devices;
  RankedList<OverviewStore> stores;
  RankedList<OverviewVertical> verticals;
  std::optional<OverviewShoppers> shoppers;
  OverviewSql sql;
};

struct OverviewBounds {
  std::chrono::milliseconds timeout{30'000};
  std::stop_token stop;
};

// All numbers are of one snapshot. Errors: kInvalidArgument for a range that makes no sense, kCancelled.
Result<Overview> load_overview(Connection& connection, const OverviewRequest& request,
                               const OverviewBounds& bounds = {});

// Changes whenever the answer to `request` may have. Ask for it before the overview itself, so that a tag is
// never newer than the numbers it stands for. With the quotes that HTTP wants.
Result<std::string> overview_etag(Connection& connection, const OverviewRequest& request);

}  // namespace millrace
