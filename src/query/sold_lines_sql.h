// Every line sold, whatever its shape: where the queries of the Overview find units and their revenue.
#pragma once

#include <string_view>

#include "query/overview.h"

namespace millrace {

// Where lines are all in curated.purchase_items, the query reads that; else a CTE of the same columns, with
// the orders and the lines without a price beside them.
struct SoldLines {
  std::string_view table;
  std::string_view cte;  // "" when none is needed
};

SoldLines sold_lines(const OverviewContent& content);

}  // namespace millrace
