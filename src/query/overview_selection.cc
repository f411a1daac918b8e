#include "query/overview_selection.h"

#include <fmt/format.h>

#include "query/sql_tokens.h"

namespace millrace {
namespace {

// As text: what a reader asks for need not be one of the values that a column of named values knows.
std::string equals(std::string_view column, const std::string& value) {
  if (value == kNoValue) return fmt::format("{} IS NULL", column);
  return fmt::format("{}::VARCHAR = {}", column, sql_quoted(value));
}

std::string bought(std::string_view column, const std::string& value) {
  return fmt::format("\n    AND v.visit_key IN (SELECT visit_key FROM curated.purchase_items WHERE {})",
                     equals(column, value));
}

std::string visit_conditions(const OverviewFilters& filters) {
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
  if (filters.store || filters.vertical) sql += "\n    AND false";
  if (filters.step == OverviewFilters::Step::kCart) sql += "\n    AND v.cart_add_count > 0";
  if (filters.step == OverviewFilters::Step::kPurchase) sql += "\n    AND v.purchase_count > 0";
  return sql;
}

std::string shoppers_with(std::string_view event_type) {
  return fmt::format(
      "\n    AND coalesce(e.session_id, e.user_id) IN (SELECT coalesce(session_id, user_id) FROM "
      "curated.events"
      "\n                                              WHERE visit_key IS NULL AND event_type = '{}')",
      event_type);
}

std::string event_conditions(const OverviewFilters& filters) {
  std::string sql;
  if (filters.device) sql += "\n    AND " + equals("e.device_type", *filters.device);
  if (filters.page) sql += "\n    AND e.event_type = 'page_view' AND " + equals("e.page_url", *filters.page);
  if (filters.product) sql += "\n    AND " + equals("e.product_id", *filters.product);
  if (filters.category) sql += "\n    AND " + equals("e.category", *filters.category);
  if (filters.store) sql += "\n    AND " + equals("e.store_id", *filters.store);
  if (filters.vertical) {
    sql += fmt::format("\n    AND e.event_id IN (SELECT event_id FROM curated.orders WHERE {})",
                       equals("vendor_vertical", *filters.vertical));
  }
  if (filters.step == OverviewFilters::Step::kCart) sql += shoppers_with("add_to_cart");
  if (filters.step == OverviewFilters::Step::kPurchase) sql += shoppers_with("purchase");
  return sql;
}

std::string selected_visits(const OverviewScope& scope, const std::string& conditions) {
  return fmt::format(
      "selected AS (\n"
      "  SELECT v.visit_key FROM curated.visits v\n"
      "  WHERE v.started_at < {} AND v.ended_at >= {}{})",
      sql_literal(scope.range.to), sql_literal(scope.range.from), conditions);
}

std::string selected_events(const OverviewScope& scope, const std::string& conditions) {
  return fmt::format(
      "selected_events AS (\n"
      "  SELECT e.event_id FROM curated.events e\n"
      "  WHERE e.visit_key IS NULL AND {}{})",
      sql_within("e.event_time", scope.range), conditions);
}

}  // namespace

std::string sql_literal(Timestamp time) {
  std::string text = format_timestamp(time);
  text.pop_back();  // the Z: TIMESTAMP has no zone, all times are UTC
  return "TIMESTAMP " + sql_quoted(text);
}

std::string sql_within(std::string_view column, Period range) {
  return fmt::format("{0} >= {1} AND {0} < {2}", column, sql_literal(range.from), sql_literal(range.to));
}

std::string of_currency(const OverviewScope& scope) {
  return scope.currency.empty() ? "false" : "currency = " + sql_quoted(scope.currency);
}

OverviewSelection::OverviewSelection(const OverviewScope& scope, const OverviewFilters& filters)
    : visits_(scope.content.visits), flat_(scope.content.flat) {
  const std::string conditions = visit_conditions(filters);
  empty_ = conditions.empty();
  if (empty_) return;
  if (visits_) ctes_ = selected_visits(scope, conditions);
  if (visits_ && flat_) ctes_ += ",\n";
  if (flat_) ctes_ += selected_events(scope, event_conditions(filters));
}

std::string OverviewSelection::with(std::string_view more) const {
  if (ctes_.empty() && more.empty()) return "";
  return fmt::format("WITH {}{}{}\n", ctes_, ctes_.empty() || more.empty() ? "" : ",\n", more);
}

std::string OverviewSelection::and_visit() const {
  return empty_ ? "" : " AND visit_key IN (FROM selected)";
}

std::string OverviewSelection::and_event() const {
  if (empty_ || !flat_) return and_visit();
  if (!visits_) return " AND event_id IN (FROM selected_events)";
  return " AND (visit_key IN (FROM selected) OR event_id IN (FROM selected_events))";
}

}  // namespace millrace
