#include "query/sold_lines_sql.h"

namespace millrace {
namespace {

constexpr std::string_view kAllLines =
    "sold AS (\n"
    "  SELECT event_id, visit_key, product_id, product_name, category, quantity, line_amount, currency, "
    "purchased_at\n"
    "  FROM curated.purchase_items\n"
    "  UNION ALL\n"
    "  SELECT event_id, visit_key, product_id, product_name, category, coalesce(quantity, 1),\n"
    "         CASE WHEN event_type = 'order' THEN amount END, currency, event_time\n"
    "  FROM curated.events WHERE event_type = 'order' OR event_type = 'purchase_line')";

}  // namespace

SoldLines sold_lines(const OverviewContent& content) {
  if (content.sold_lines) return {.table = "sold", .cte = kAllLines};
  return {.table = "curated.purchase_items", .cte = ""};
}

}  // namespace millrace
