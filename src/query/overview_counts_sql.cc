// Totals and series: counts of visits, of events, of orders and of units, each from the table that has them.
#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "query/overview_content.h"
#include "query/overview_selection.h"
#include "query/overview_sql.h"
#include "query/sold_lines_sql.h"

namespace millrace {
namespace {

constexpr std::string_view kVisitColumns =
    "count(*) AS visits,\n"
    "             count(*) FILTER (WHERE cart_add_count > 0) AS visits_with_cart,\n"
    "             count(*) FILTER (WHERE purchase_count > 0) AS visits_with_purchase";

// How a query counts events: one by one, or what was counted by type before.
struct Counting {
  std::string_view events;
  std::string_view amount;
  std::string_view delta;
  std::string more;  // a further condition of the revenue
};

std::string event_columns(const OverviewContent& content, const Counting& counting) {
  const bool flat = content.flat;
  const std::string_view sales = flat ? "event_type IN ('purchase', 'order')" : "event_type = 'purchase'";
  std::vector<std::string> columns;
  const auto add = [&](bool has, std::string_view value, std::string_view condition, std::string_view name) {
    if (has) columns.push_back(fmt::format("{} FILTER (WHERE {}) AS {}", value, condition, name));
  };
  add(content.page_views, counting.events, "event_type = 'page_view'", "page_views");
  add(content.cart_adds, counting.events, "event_type = 'add_to_cart'", "cart_adds");
  add(content.orders && !content.order_lines, counting.events, sales, "orders");
  if (content.revenue) {
    columns.push_back(
        fmt::format("coalesce({} FILTER (WHERE {}{}), 0) AS revenue", counting.amount, sales, counting.more));
  }
  add(content.item_views, counting.events, "event_type = 'view_item'", "item_views");
  if (content.stock) {
    columns.push_back(fmt::format("coalesce({} FILTER (WHERE event_type = 'stock_delta'), 0) AS stock_change",
                                  counting.delta));
  }
  return fmt::format("{}", fmt::join(columns, ",\n             "));
}

bool counts_events(const OverviewContent& content) {
  return content.page_views || content.cart_adds || (content.orders && !content.order_lines) ||
         content.revenue || content.item_views || content.stock;
}

// A row for each order: a purchase in a visit, the lines of one order elsewhere (at the time of the first), a
// line that names no order.
std::string orders_cte(const OverviewScope& scope, const OverviewSelection& selection) {
  return fmt::format(
      "orders AS (\n"
      "  SELECT event_time AS ordered_at FROM curated.events\n"
      "  WHERE (event_type = 'purchase' OR event_type = 'order') AND (visit_key IS NOT NULL OR order_id IS "
      "NULL)\n"
      "    AND {0}{1}\n"
      "  UNION ALL\n"
      "  SELECT min(event_time) FROM curated.events\n"
      "  WHERE (event_type = 'purchase' OR event_type = 'order') AND visit_key IS NULL AND order_id IS NOT "
      "NULL\n"
      "    AND {0}{1}\n"
      "  GROUP BY source_topic, order_id)",
      sql_within("event_time", scope.range), selection.and_event());
}

std::string units_from(const OverviewScope& scope, const OverviewSelection& selection) {
  return fmt::format("coalesce(sum(quantity), 0) AS units FROM {} WHERE {}{}",
                     sold_lines(scope.content).table, sql_within("purchased_at", scope.range),
                     selection.and_event());
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

// CTEs that totals and series share.
std::vector<std::string> shared_ctes(const OverviewScope& scope, const OverviewSelection& selection) {
  std::vector<std::string> ctes;
  if (scope.content.order_lines) ctes.push_back(orders_cte(scope, selection));
  if (scope.content.units && scope.content.sold_lines) ctes.emplace_back(sold_lines(scope.content).cte);
  return ctes;
}

std::string bucket_of(const OverviewScope& scope, std::string_view column) {
  return fmt::format("(epoch_us({}) - {}) // {} AS bucket", column, scope.range.from.micros,
                     scope.bucket_seconds * 1'000'000);
}

std::string event_buckets(const OverviewScope& scope, const OverviewSelection& selection) {
  const Counting counting{"sum(events)", "sum(amount)", "sum(delta)", ""};
  return fmt::format(
      "event_counts AS (\n"
      "  SELECT {}, event_type, count(*) AS events, sum(amount) FILTER (WHERE {}) AS amount{}\n"
      "  FROM curated.events WHERE {}{} GROUP BY ALL),\n"
      "event_buckets AS (\n"
      "  SELECT bucket, {}\n"
      "  FROM event_counts GROUP BY bucket)",
      bucket_of(scope, "event_time"), of_currency(scope), scope.content.stock ? ", sum(delta) AS delta" : "",
      sql_within("event_time", scope.range), selection.and_event(), event_columns(scope.content, counting));
}

std::string visit_buckets(const OverviewScope& scope, const OverviewSelection& selection) {
  return fmt::format(
      "visit_buckets AS (\n"
      "  SELECT {}, {}\n"
      "  FROM curated.visits WHERE {}{} GROUP BY bucket)",
      bucket_of(scope, "started_at"), kVisitColumns, sql_within("started_at", scope.range),
      selection.and_visit());
}

std::string joins(const OverviewContent& content) {
  std::string sql;
  if (counts_events(content)) sql += " LEFT JOIN event_buckets USING (bucket)";
  if (content.visits) sql += " LEFT JOIN visit_buckets USING (bucket)";
  if (content.order_lines) sql += " LEFT JOIN order_buckets USING (bucket)";
  if (content.units) sql += " LEFT JOIN unit_buckets USING (bucket)";
  return sql;
}

}  // namespace

std::string totals_sql(const OverviewScope& scope) {
  const OverviewSelection selection(scope, scope.filters);
  const OverviewContent& content = scope.content;
  std::vector<std::string> names;
  for (const CountColumn& column : kCountColumns) {
    if (content.*column.has) names.emplace_back(column.name);
  }
  std::vector<std::string> parts;
  if (content.visits) {
    parts.push_back(fmt::format("(SELECT {}\n      FROM curated.visits WHERE {}{})", kVisitColumns,
                                sql_within("started_at", scope.range), selection.and_visit()));
  }
  if (counts_events(content)) {
    const Counting counting{"count(*)", "sum(amount)", "sum(delta)", " AND " + of_currency(scope)};
    parts.push_back(fmt::format("(SELECT {}\n      FROM curated.events WHERE {}{})",
                                event_columns(content, counting), sql_within("event_time", scope.range),
                                selection.and_event()));
  }
  if (content.order_lines) parts.emplace_back("(SELECT count(*) AS orders FROM orders)");
  if (content.units) parts.push_back(fmt::format("(SELECT {})", units_from(scope, selection)));
  return fmt::format("{}SELECT {}\nFROM {}", selection.with(joined(shared_ctes(scope, selection), ",\n")),
                     joined(names, ", "), joined(parts, ",\n     "));
}

std::string series_sql(const OverviewScope& scope) {
  const OverviewSelection selection(scope, scope.filters);
  const OverviewContent& content = scope.content;
  std::vector<std::string> ctes = shared_ctes(scope, selection);
  if (counts_events(content)) ctes.push_back(event_buckets(scope, selection));
  if (content.visits) ctes.push_back(visit_buckets(scope, selection));
  if (content.order_lines) {
    ctes.push_back(
        fmt::format("order_buckets AS (\n  SELECT {}, count(*) AS orders FROM orders GROUP BY bucket)",
                    bucket_of(scope, "ordered_at")));
  }
  if (content.units) {
    ctes.push_back(fmt::format("unit_buckets AS (\n  SELECT {}, {} GROUP BY bucket)",
                               bucket_of(scope, "purchased_at"), units_from(scope, selection)));
  }
  std::string columns;
  for (const CountColumn& column : kCountColumns) {
    if (content.*column.has) columns += fmt::format(",\n       coalesce({0}, 0) AS {0}", column.name);
  }
  return fmt::format(
      "{}SELECT {} + to_seconds(bucket * {}) AS start{}\nFROM range({}) AS buckets(bucket){}\nORDER BY start",
      selection.with(joined(ctes, ",\n")), sql_literal(scope.range.from), scope.bucket_seconds, columns,
      bucket_count(scope.range, scope.bucket_seconds), joins(content));
}

}  // namespace millrace
