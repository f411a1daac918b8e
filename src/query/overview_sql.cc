#include "query/overview_sql.h"

#include <fmt/format.h>

#include <string_view>

#include "query/sql_tokens.h"

namespace millrace {
namespace {

constexpr int kListRowsMax = 100;

std::string literal(Timestamp time) {
  std::string text = format_timestamp(time);
  text.pop_back();  // the Z: TIMESTAMP has no zone, all times are UTC
  return "TIMESTAMP " + sql_quoted(text);
}

std::string within(std::string_view column, Period range) {
  return fmt::format("{0} >= {1} AND {0} < {2}", column, literal(range.from), literal(range.to));
}

// As text: what a reader asks for need not be one of the values that a column of named values knows.
std::string equals(std::string_view column, const std::string& value) {
  if (value == kNoValue) return fmt::format("{} IS NULL", column);
  return fmt::format("{}::VARCHAR = {}", column, sql_quoted(value));
}

std::string bought(std::string_view column, const std::string& value) {
  return fmt::format("\n    AND v.visit_key IN (SELECT visit_key FROM curated.purchase_items WHERE {})",
                     equals(column, value));
}

std::string conditions(const OverviewFilters& filters) {
  std::string sql;
  if (filters.device) sql += "\n    AND " + equals("v.device_type", *filters.device);
  if (filters.page) {
    sql += fmt::format(
        "\n    AND v.visit_key IN (SELECT visit_key FROM curated.events"
        "\n                        WHERE event_type = 'page_view' AND {})",
        equals("page_url", *filters.page));
  }
  if (filters.product) sql += bought("product_id", *filters.product);
  if (filters.category) sql += bought("category", *filters.category);
  if (filters.step == OverviewFilters::Step::kCart) sql += "\n    AND v.cart_add_count > 0";
  if (filters.step == OverviewFilters::Step::kPurchase) sql += "\n    AND v.purchase_count > 0";
  return sql;
}

// The visits that all numbers of one query are about. Without a filter there is nothing to join.
class Selection {
 public:
  Selection(const OverviewScope& scope, const OverviewFilters& filters) : conditions_(conditions(filters)) {
    if (conditions_.empty()) return;
    cte_ = fmt::format(
        "selected AS (\n"
        "  SELECT v.visit_key FROM curated.visits v\n"
        "  WHERE v.started_at < {} AND v.ended_at >= {}{})",
        literal(scope.range.to), literal(scope.range.from), conditions_);
  }

  bool empty() const { return conditions_.empty(); }
  // WITH and this CTE, and `more` CTEs.
  std::string with(std::string_view more = "") const {
    if (cte_.empty() && more.empty()) return "";
    return fmt::format("WITH {}{}{}\n", cte_, cte_.empty() || more.empty() ? "" : ",\n", more);
  }
  std::string and_in(std::string_view column = "visit_key") const {
    return empty() ? "" : fmt::format(" AND {} IN (FROM selected)", column);
  }

 private:
  std::string conditions_;
  std::string cte_;
};

std::string of_currency(const OverviewScope& scope) {
  return scope.currency.empty() ? "false" : "currency = " + sql_quoted(scope.currency);
}

}  // namespace

std::string totals_sql(const OverviewScope& scope) {
  const Selection selection(scope, scope.filters);
  return fmt::format(
      "{}SELECT visits, page_views, cart_adds, orders, revenue, visits_with_cart, visits_with_purchase\n"
      "FROM (SELECT count(*) AS visits,\n"
      "             count(*) FILTER (WHERE cart_add_count > 0) AS visits_with_cart,\n"
      "             count(*) FILTER (WHERE purchase_count > 0) AS visits_with_purchase\n"
      "      FROM curated.visits WHERE {}{}),\n"
      "     (SELECT count(*) FILTER (WHERE event_type = 'page_view') AS page_views,\n"
      "             count(*) FILTER (WHERE event_type = 'add_to_cart') AS cart_adds,\n"
      "             count(*) FILTER (WHERE event_type = 'purchase') AS orders,\n"
      "             coalesce(sum(amount) FILTER (WHERE event_type = 'purchase' AND {}), 0) AS revenue\n"
      "      FROM curated.events WHERE {}{})",
      selection.with(), within("started_at", scope.range), selection.and_in(), of_currency(scope),
      within("event_time", scope.range), selection.and_in());
}

std::string series_sql(const OverviewScope& scope) {
  const Selection selection(scope, scope.filters);
  const auto bucket = [&](std::string_view column) {
    return fmt::format("(epoch_us({}) - {}) // {}", column, scope.range.from.micros,
                       scope.bucket_seconds * 1'000'000);
  };
  const std::string buckets = fmt::format(
      "event_counts AS (\n"
      "  SELECT {} AS bucket, event_type, count(*) AS events, sum(amount) FILTER (WHERE {}) AS amount\n"
      "  FROM curated.events WHERE {}{} GROUP BY ALL),\n"
      "event_buckets AS (\n"
      "  SELECT bucket, sum(events) FILTER (WHERE event_type = 'page_view') AS page_views,\n"
      "         sum(events) FILTER (WHERE event_type = 'add_to_cart') AS cart_adds,\n"
      "         sum(events) FILTER (WHERE event_type = 'purchase') AS orders,\n"
      "         sum(amount) FILTER (WHERE event_type = 'purchase') AS revenue\n"
      "  FROM event_counts GROUP BY bucket),\n"
      "visit_buckets AS (\n"
      "  SELECT {} AS bucket, count(*) AS visits,\n"
      "         count(*) FILTER (WHERE cart_add_count > 0) AS visits_with_cart,\n"
      "         count(*) FILTER (WHERE purchase_count > 0) AS visits_with_purchase\n"
      "  FROM curated.visits WHERE {}{} GROUP BY bucket)",
      bucket("event_time"), of_currency(scope), within("event_time", scope.range), selection.and_in(),
      bucket("started_at"), within("started_at", scope.range), selection.and_in());
  return fmt::format(
      "{}SELECT {} + to_seconds(bucket * {}) AS start, coalesce(visits, 0) AS visits,\n"
      "       coalesce(page_views, 0) AS page_views, coalesce(cart_adds, 0) AS cart_adds, coalesce(orders, "
      "0) AS orders,\n"
      "       coalesce(revenue, 0) AS revenue, coalesce(visits_with_cart, 0) AS visits_with_cart,\n"
      "       coalesce(visits_with_purchase, 0) AS visits_with_purchase\n"
      "FROM range({}) AS buckets(bucket) LEFT JOIN event_buckets USING (bucket) LEFT JOIN visit_buckets "
      "USING (bucket)\n"
      "ORDER BY start",
      selection.with(buckets), literal(scope.range.from), scope.bucket_seconds,
      bucket_count(scope.range, scope.bucket_seconds));
}

std::string pages_sql(const OverviewScope& scope) {
  OverviewFilters filters = scope.filters;
  filters.page.reset();
  const Selection selection(scope, filters);
  return fmt::format(
      "{}SELECT coalesce(page_url, {}) AS page_url, coalesce(sum(first_of_page_in_visit::INTEGER), 0) AS "
      "visits,\n"
      "       count(*) AS views, count(*) OVER () AS total\n"
      "FROM curated.events\n"
      "WHERE event_type = 'page_view' AND {}{}\n"
      "GROUP BY ALL ORDER BY visits DESC, page_url LIMIT {}",
      selection.with(), sql_quoted(kNoValue), within("event_time", scope.range), selection.and_in(),
      kListRowsMax);
}

std::string products_sql(const OverviewScope& scope) {
  OverviewFilters filters = scope.filters;
  filters.product.reset();
  const Selection selection(scope, filters);
  return fmt::format(
      "{}SELECT product_id, coalesce(arg_max(product_name, purchased_at), product_id) AS product_name,\n"
      "       sum(quantity) AS units, coalesce(sum(line_amount) FILTER (WHERE {}), 0) AS revenue,\n"
      "       count(*) OVER () AS total\n"
      "FROM curated.purchase_items\n"
      "WHERE {}{}\n"
      "GROUP BY product_id ORDER BY units DESC, product_id LIMIT {}",
      selection.with(), of_currency(scope), within("purchased_at", scope.range), selection.and_in(),
      kListRowsMax);
}

std::string categories_sql(const OverviewScope& scope) {
  OverviewFilters filters = scope.filters;
  filters.category.reset();
  const Selection selection(scope, filters);
  return fmt::format(
      "{}SELECT coalesce(category::VARCHAR, {}) AS category, sum(quantity) AS units,\n"
      "       coalesce(sum(line_amount) FILTER (WHERE {}), 0) AS revenue, count(*) OVER () AS total\n"
      "FROM curated.purchase_items\n"
      "WHERE {}{}\n"
      "GROUP BY ALL ORDER BY revenue DESC, category LIMIT {}",
      selection.with(), sql_quoted(kNoValue), of_currency(scope), within("purchased_at", scope.range),
      selection.and_in(), kListRowsMax);
}

std::string devices_sql(const OverviewScope& scope) {
  OverviewFilters filters = scope.filters;
  filters.device.reset();
  const Selection selection(scope, filters);
  return fmt::format(
      "{}SELECT device_type::VARCHAR AS device_type, count(*) AS visits, count(*) OVER () AS total\n"
      "FROM curated.visits\n"
      "WHERE {}{}\n"
      "GROUP BY ALL ORDER BY visits DESC, device_type LIMIT {}",
      selection.with(), within("started_at", scope.range), selection.and_in(), kListRowsMax);
}

OverviewSql overview_sql(const OverviewScope& scope) {
  return {totals_sql(scope),   series_sql(scope),     pages_sql(scope),
          products_sql(scope), categories_sql(scope), devices_sql(scope)};
}

}  // namespace millrace
