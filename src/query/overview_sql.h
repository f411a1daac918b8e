// The text of each query behind the Overview, with every value quoted in place, so that a reader can copy and
// run it.
#pragma once

#include <cstdint>
#include <string>

#include "query/overview.h"
#include "query/time_buckets.h"

namespace millrace {

struct OverviewScope {
  OverviewContent content;
  Period range;
  std::int64_t bucket_seconds = 0;
  std::string currency;  // "" when nothing was ever bought in it
  OverviewFilters filters;
};

// One row: those of kCountColumns that the content has.
std::string totals_sql(const OverviewScope& scope);

// A row for each bucket, zeros included: start, and then as above.
std::string series_sql(const OverviewScope& scope);

// At most 100 rows, best first, ties by key; the last column is the number of all rows.
std::string pages_sql(const OverviewScope& scope);       // page_url, visits, views, total
std::string products_sql(const OverviewScope& scope);    // product_id, product_name, units, revenue, total
std::string categories_sql(const OverviewScope& scope);  // category, units, revenue, total
std::string devices_sql(const OverviewScope& scope);     // device_type, visits, total
std::string stores_sql(const OverviewScope& scope);      // store_id, units, total
std::string verticals_sql(const OverviewScope& scope);   // vendor_vertical, orders, revenue, total

// One row: viewed, added_to_cart, bought.
std::string shoppers_sql(const OverviewScope& scope);

// Of what the content has; the others stay empty.
OverviewSql overview_sql(const OverviewScope& scope);

}  // namespace millrace
