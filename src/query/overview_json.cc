#include "query/overview_json.h"

#include <fmt/format.h>

#include <initializer_list>
#include <iterator>
#include <utility>

#include "base/json_string.h"
#include "query/json_text.h"
#include "query/overview_content.h"

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
  std::string out;
  for (const CountColumn& column : kCountColumns) {
    out += fmt::format(
        R"({}"{}":{})", out.empty() ? "" : ",", column.name,
        column.count == nullptr ? money_json(totals.revenue) : std::to_string(totals.*column.count));
  }
  return "{" + out + "}";
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
  std::string out =
      R"({"start":)" + array_json(series, [](const OverviewPoint& point) { return time_json(point.start); });
  for (const CountColumn& column : kCountColumns) {
    out += fmt::format(R"(,"{}":{})", column.name, array_json(series, [&](const OverviewPoint& point) {
                         return column.count == nullptr ? money_json(point.counts.revenue)
                                                        : std::to_string(point.counts.*column.count);
                       }));
  }
  return out + "}";
}

// The names of the numbers and lists that there are.
std::string content_json(const OverviewContent& content) {
  std::string out;
  const auto add = [&](bool has, std::string_view name) {
    if (has) out += fmt::format(R"({}"{}")", out.empty() ? "" : ",", name);
  };
  for (const CountColumn& column : kCountColumns) add(content.*column.has, column.name);
  add(content.pages, "pages");
  add(content.products, "products");
  add(content.categories, "categories");
  add(content.visits, "devices");
  add(content.stores, "stores");
  add(content.verticals, "verticals");
  add(content.shoppers, "shoppers");
  return "[" + out + "]";
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

std::string row_json(const OverviewStore& row) {
  return fmt::format(R"({{"key":{},"units":{}}})", quoted(row.key), row.units);
}

std::string row_json(const OverviewVertical& row) {
  return fmt::format(R"({{"key":{},"orders":{},"revenue":{}}})", quoted(row.key), row.orders,
                     money_json(row.revenue));
}

std::string shoppers_json(const std::optional<OverviewShoppers>& shoppers) {
  if (!shoppers) return "null";
  return fmt::format(R"({{"viewed":{},"added":{},"bought":{}}})", shoppers->viewed, shoppers->added,
                     shoppers->bought);
}

template <typename Row>
std::string list_json(const RankedList<Row>& list) {
  return fmt::format(R"({{"total":{},"rows":{}}})", list.total,
                     array_json(list.rows, [](const Row& row) { return row_json(row); }));
}

std::string sql_json(const OverviewSql& sql) {
  std::string out;
  for (const auto& [name, text] :
       std::initializer_list<std::pair<std::string_view, const std::string&>>{{"totals", sql.totals},
                                                                              {"series", sql.series},
                                                                              {"pages", sql.pages},
                                                                              {"products", sql.products},
                                                                              {"categories", sql.categories},
                                                                              {"devices", sql.devices},
                                                                              {"stores", sql.stores},
                                                                              {"verticals", sql.verticals},
                                                                              {"shoppers", sql.shoppers}}) {
    if (!text.empty()) out += fmt::format(R"({}"{}":{})", out.empty() ? "" : ",", name, quoted(text));
  }
  return "{" + out + "}";
}

}  // namespace

std::string to_json(const Overview& overview) {
  std::string json;
  auto out = std::back_inserter(json);
  fmt::format_to(out, R"({{"has":{},"range":{{"from":{},"to":{},"bucket_seconds":{}}})",
                 content_json(overview.content), time_json(overview.range.from), time_json(overview.range.to),
                 overview.bucket_seconds);
  fmt::format_to(out, R"(,"stored":{},"previous":{},"complete_to":{})", period_json(overview.stored),
                 period_json(overview.previous), overview.stored ? time_json(overview.stored->to) : "null");
  fmt::format_to(out, R"(,"currency":{},"currencies":{})",
                 overview.currency ? quoted(*overview.currency) : "null",
                 array_json(overview.currencies, quoted));
  fmt::format_to(out, R"(,"totals":{},"previous_totals":{})", totals_json(overview.totals),
                 overview.previous_totals ? totals_json(*overview.previous_totals) : "null");
  fmt::format_to(out, R"(,"series":{},"previous_series":{})", series_json(overview.series),
                 overview.previous ? series_json(overview.previous_series) : "null");
  fmt::format_to(out, R"(,"pages":{},"products":{},"categories":{},"devices":{})", list_json(overview.pages),
                 list_json(overview.products), list_json(overview.categories), list_json(overview.devices));
  fmt::format_to(out, R"(,"stores":{},"verticals":{},"shoppers":{},"sql":{}}})", list_json(overview.stores),
                 list_json(overview.verticals), shoppers_json(overview.shoppers), sql_json(overview.sql));
  return json;
}

}  // namespace millrace
