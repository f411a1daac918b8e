#include "query/overview_sql.h"

#include <fmt/format.h>

#include <string_view>

#include "query/overview_selection.h"
#include "query/sold_lines_sql.h"
#include "query/sql_tokens.h"

namespace millrace {
namespace {

constexpr int kListRowsMax = 100;

}  // namespace

std::string pages_sql(const OverviewScope& scope) {
  OverviewFilters filters = scope.filters;
  filters.page.reset();
  const OverviewSelection selection(scope, filters);
  return fmt::format(
      "{}SELECT coalesce(page_url, {}) AS page_url, coalesce(sum(first_of_page_in_visit::INTEGER), 0) AS "
      "visits,\n"
      "       count(*) AS views, count(*) OVER () AS total\n"
      "FROM curated.events\n"
      "WHERE event_type = 'page_view' AND {}{}\n"
      "GROUP BY ALL ORDER BY {} DESC, page_url LIMIT {}",
      selection.with(), sql_quoted(kNoValue), sql_within("event_time", scope.range), selection.and_event(),
      scope.content.visits ? "visits" : "views", kListRowsMax);
}

std::string products_sql(const OverviewScope& scope) {
  OverviewFilters filters = scope.filters;
  filters.product.reset();
  const OverviewSelection selection(scope, filters);
  const SoldLines sold = sold_lines(scope.content);
  return fmt::format(
      "{}SELECT coalesce(product_id, {}) AS product_id,\n"
      "       coalesce(arg_max(product_name, purchased_at), product_id, {}) AS product_name,\n"
      "       sum(quantity) AS units, coalesce(sum(line_amount) FILTER (WHERE {}), 0) AS revenue,\n"
      "       count(*) OVER () AS total\n"
      "FROM {}\n"
      "WHERE {}{}\n"
      "GROUP BY product_id ORDER BY units DESC, product_id LIMIT {}",
      selection.with(sold.cte), sql_quoted(kNoValue), sql_quoted(kNoValue), of_currency(scope), sold.table,
      sql_within("purchased_at", scope.range), selection.and_event(), kListRowsMax);
}

std::string categories_sql(const OverviewScope& scope) {
  OverviewFilters filters = scope.filters;
  filters.category.reset();
  const OverviewSelection selection(scope, filters);
  const SoldLines sold = sold_lines(scope.content);
  return fmt::format(
      "{}SELECT coalesce(category::VARCHAR, {}) AS category, sum(quantity) AS units,\n"
      "       coalesce(sum(line_amount) FILTER (WHERE {}), 0) AS revenue, count(*) OVER () AS total\n"
      "FROM {}\n"
      "WHERE {}{}\n"
      "GROUP BY ALL ORDER BY {} DESC, category LIMIT {}",
      selection.with(sold.cte), sql_quoted(kNoValue), of_currency(scope), sold.table,
      sql_within("purchased_at", scope.range), selection.and_event(),
      scope.content.revenue ? "revenue" : "units", kListRowsMax);
}

std::string devices_sql(const OverviewScope& scope) {
  OverviewFilters filters = scope.filters;
  filters.device.reset();
  const OverviewSelection selection(scope, filters);
  return fmt::format(
      "{}SELECT device_type::VARCHAR AS device_type, count(*) AS visits, count(*) OVER () AS total\n"
      "FROM curated.visits\n"
      "WHERE {}{}\n"
      "GROUP BY ALL ORDER BY visits DESC, device_type LIMIT {}",
      selection.with(), sql_within("started_at", scope.range), selection.and_visit(), kListRowsMax);
}

std::string stores_sql(const OverviewScope& scope) {
  OverviewFilters filters = scope.filters;
  filters.store.reset();
  const OverviewSelection selection(scope, filters);
  return fmt::format(
      "{}SELECT store_id, sum(coalesce(quantity, 1)) AS units, count(*) OVER () AS total\n"
      "FROM curated.events\n"
      "WHERE (event_type = 'purchase' OR event_type = 'order' OR event_type = 'purchase_line')\n"
      "  AND store_id IS NOT NULL\n"
      "  AND {}{}\n"
      "GROUP BY store_id ORDER BY units DESC, store_id LIMIT {}",
      selection.with(), sql_within("event_time", scope.range), selection.and_event(), kListRowsMax);
}

std::string verticals_sql(const OverviewScope& scope) {
  OverviewFilters filters = scope.filters;
  filters.vertical.reset();
  const OverviewSelection selection(scope, filters);
  return fmt::format(
      "{}SELECT coalesce(o.vendor_vertical, {}) AS vendor_vertical, count(DISTINCT o.order_id) AS orders,\n"
      "       coalesce(sum(e.amount) FILTER (WHERE {}), 0) AS revenue, count(*) OVER () AS total\n"
      "FROM curated.orders o JOIN (\n"
      "  SELECT event_id, amount, currency FROM curated.events\n"
      "  WHERE event_type = 'order' AND {}{}) e USING (event_id)\n"
      "GROUP BY o.vendor_vertical ORDER BY orders DESC, vendor_vertical LIMIT {}",
      selection.with(), sql_quoted(kNoValue), of_currency(scope), sql_within("event_time", scope.range),
      selection.and_event(), kListRowsMax);
}

std::string shoppers_sql(const OverviewScope& scope) {
  const OverviewSelection selection(scope, scope.filters);
  return fmt::format(
      "{}SELECT count(*) FILTER (WHERE viewed) AS viewed, count(*) FILTER (WHERE added) AS added_to_cart,\n"
      "       count(*) FILTER (WHERE bought) AS bought\n"
      "FROM (SELECT bool_or(event_type = 'view_item') AS viewed, bool_or(event_type = 'add_to_cart') AS "
      "added,\n"
      "             bool_or(event_type = 'purchase') AS bought\n"
      "      FROM curated.events\n"
      "      WHERE visit_key IS NULL AND coalesce(session_id, user_id) IS NOT NULL AND {}{}\n"
      "      GROUP BY coalesce(session_id, user_id))",
      selection.with(), sql_within("event_time", scope.range), selection.and_event());
}

OverviewSql overview_sql(const OverviewScope& scope) {
  const OverviewContent& content = scope.content;
  const auto of = [&](bool has, auto query) { return has ? query(scope) : std::string(); };
  return {.totals = totals_sql(scope),
          .series = series_sql(scope),
          .pages = of(content.pages, pages_sql),
          .products = of(content.products, products_sql),
          .categories = of(content.categories, categories_sql),
          .devices = of(content.visits, devices_sql),
          .stores = of(content.stores, stores_sql),
          .verticals = of(content.verticals, verticals_sql),
          .shoppers = of(content.shoppers, shoppers_sql)};
}

}  // namespace millrace
