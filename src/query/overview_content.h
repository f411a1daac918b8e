// What a shop has stored, and so which numbers of the Overview there are.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "query/overview.h"

namespace millrace {

class Connection;

// A number that adds up over time: its column in totals and series, and whether a shop has it.
struct CountColumn {
  std::string_view name;
  std::int64_t OverviewTotals::* count;  // nullptr: the revenue, which is a decimal
  bool OverviewContent::* has;
};

// In the order of the columns.
inline constexpr auto kCountColumns = std::to_array<CountColumn>({
    {"visits", &OverviewTotals::visits, &OverviewContent::visits},
    {"page_views", &OverviewTotals::page_views, &OverviewContent::page_views},
    {"cart_adds", &OverviewTotals::cart_adds, &OverviewContent::cart_adds},
    {"orders", &OverviewTotals::orders, &OverviewContent::orders},
    {"revenue", nullptr, &OverviewContent::revenue},
    {"visits_with_cart", &OverviewTotals::visits_with_cart, &OverviewContent::visits},
    {"visits_with_purchase", &OverviewTotals::visits_with_purchase, &OverviewContent::visits},
    {"item_views", &OverviewTotals::item_views, &OverviewContent::item_views},
    {"units", &OverviewTotals::units, &OverviewContent::units},
    {"stock_change", &OverviewTotals::stock_change, &OverviewContent::stock},
});

// Looks at events only where a contract has been used that makes events without visits.
Result<OverviewContent> load_content(Connection& connection);

}  // namespace millrace
