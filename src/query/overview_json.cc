#include "query/overview_json.h"

#include <fmt/format.h>

#include <iterator>

#include "base/json_string.h"
#include "query/json_text.h"

namespace millrace {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string time_json(Timestamp time) {
  return quoted(format_timestamp(time));
}

// Two digits after the point at least, as prices are written.
std::string money_json(Decimal value) {
  std::string text = format_decimal(value);
  if (text.find('.') == std::string::npos) text += ".00";
  return quoted(text);
}

std::string period_json(Period period) {
  return fmt::format(R"({{"from":{},"to":{}}})", time_json(period.from), time_json(period.to));
}

std::string period_json(const std::optional<Period>& period) {
  return period ? period_json(*period) : "null";
}

std::string totals_json(const OverviewTotals& totals) {
  return fmt::format(
      R"({{"visits":{},"page_views":{},"cart_adds":{},"orders":{},"revenue":{},"visits_with_cart":{},"visits_with_purchase":{}}})",
      totals.visits, totals.page_views, totals.cart_adds, totals.orders, money_json(totals.revenue),
      totals.visits_with_cart, totals.visits_with_purchase);
}

template <typename Items, typename Text>
std::string array_json(const Items& items, Text text) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    out += text(item);
  }
  return out + "]";
}

std::string series_json(const std::vector<OverviewPoint>& series) {
  const auto counts = [&](std::int64_t OverviewTotals::* member) {
    return array_json(series,
                      [&](const OverviewPoint& point) { return std::to_string(point.counts.*member); });
  };
  return fmt::format(
      R"({{"start":{},"visits":{},"page_views":{},"orders":{},"revenue":{},"visits_with_cart":{},"visits_with_purchase":{}}})",
      array_json(series, [](const OverviewPoint& point) { return time_json(point.start); }),
      counts(&OverviewTotals::visits), counts(&OverviewTotals::page_views), counts(&OverviewTotals::orders),
      array_json(series, [](const OverviewPoint& point) { return money_json(point.counts.revenue); }),
      counts(&OverviewTotals::visits_with_cart), counts(&OverviewTotals::visits_with_purchase));
}

std::string row_json(const OverviewPage& row) {
  return fmt::format(R"({{"key":{},"visits":{},"views":{}}})", quoted(row.key), row.visits, row.views);
}

std::string row_json(const OverviewSales& row) {
  return fmt::format(R"({{"key":{},"name":{},"units":{},"revenue":{}}})", quoted(row.key), quoted(row.name),
                     row.units, money_json(row.revenue));
}

std::string row_json(const OverviewDevice& row) {
  return fmt::format(R"({{"key":{},"visits":{}}})", quoted(row.key), row.visits);
}

template <typename Row>
std::string list_json(const RankedList<Row>& list) {
  return fmt::format(R"({{"total":{},"rows":{}}})", list.total,
                     array_json(list.rows, [](const Row& row) { return row_json(row); }));
}

std::string sql_json(const OverviewSql& sql) {
  return fmt::format(R"({{"totals":{},"series":{},"pages":{},"products":{},"categories":{},"devices":{}}})",
                     quoted(sql.totals), quoted(sql.series), quoted(sql.pages), quoted(sql.products),
                     quoted(sql.categories), quoted(sql.devices));
}

}  // namespace

std::string to_json(const Overview& overview) {
  std::string json;
  auto out = std::back_inserter(json);
  fmt::format_to(out, R"({{"range":{{"from":{},"to":{},"bucket_seconds":{}}})",
                 time_json(overview.range.from), time_json(overview.range.to), overview.bucket_seconds);
  fmt::format_to(out, R"(,"stored":{},"previous":{},"complete_to":{})", period_json(overview.stored),
                 period_json(overview.previous), overview.stored ? time_json(overview.stored->to) : "null");
  fmt::format_to(out, R"(,"currency":{},"currencies":{})",
                 overview.currency ? quoted(*overview.currency) : "null",
                 array_json(overview.currencies, quoted));
  fmt::format_to(out, R"(,"totals":{},"previous_totals":{})", totals_json(overview.totals),
                 overview.previous_totals ? totals_json(*overview.previous_totals) : "null");
  fmt::format_to(out, R"(,"series":{},"previous_series":{})", series_json(overview.series),
                 overview.previous ? series_json(overview.previous_series) : "null");
  fmt::format_to(out, R"(,"pages":{},"products":{},"categories":{},"devices":{},"sql":{}}})",
                 list_json(overview.pages), list_json(overview.products), list_json(overview.categories),
                 list_json(overview.devices), sql_json(overview.sql));
  return json;
}

}  // namespace millrace
