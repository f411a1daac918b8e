#include "query/overview.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "query/overview_sql.h"
#include "query/read_only_transaction.h"
#include "query/watchdog.h"
#include "warehouse/database.h"

namespace millrace {
namespace {

constexpr std::int64_t kMicros = 1'000'000;
constexpr std::int64_t kRangeYearsMax = 100;
constexpr std::int64_t kRangeMicrosMax = kRangeYearsMax * 366 * 86'400 * kMicros;
constexpr std::int64_t kDayMicros = 86'400 * kMicros;

// Part of the tag: a page written for another shape of the answer must not be told that nothing changed.
constexpr std::string_view kAnswerVersion = "overview-1";

Result<std::optional<Period>> stored_period(Connection& connection) {
  MILLRACE_ASSIGN(QueryResult row,
                  connection.query("SELECT epoch_us(min(event_time)), epoch_us(max(event_time)) "
                                   "FROM curated.events"));
  if (row.is_null(0, 0)) return std::nullopt;
  return Period{{row.integer(0, 0)}, {row.integer(0, 1)}};
}

Result<std::vector<std::string>> stored_currencies(Connection& connection) {
  MILLRACE_ASSIGN(QueryResult rows,
                  connection.query("SELECT currency::VARCHAR FROM curated.events "
                                   "WHERE event_type = 'purchase' AND currency IS NOT NULL "
                                   "GROUP BY currency ORDER BY count(*) DESC, currency::VARCHAR"));
  std::vector<std::string> currencies;
  for (std::size_t i = 0; i < rows.row_count(); ++i) currencies.push_back(rows.text(i, 0));
  return currencies;
}

// What is not asked for comes from what is stored: whole buckets from the first event to the last.
Result<Period> range_of(const OverviewRequest& request, const std::optional<Period>& stored) {
  const Timestamp first = stored ? stored->from : request.from.value_or(Timestamp{0});
  const Timestamp last = stored ? Timestamp{stored->to.micros + 1} : Timestamp{first.micros + kDayMicros};
  Period range{request.from.value_or(first), request.to.value_or(last)};
  if (!request.from && range.from >= range.to) range.from = {range.to.micros - kDayMicros};
  if (!request.to && range.from >= range.to) range.to = {range.from.micros + kDayMicros};
  if (range.from >= range.to) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("from ({}) must be before to ({})", format_timestamp(range.from),
                            format_timestamp(range.to)));
  }
  if (range.micros() > kRangeMicrosMax) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("from and to are more than {} years apart", kRangeYearsMax));
  }
  const std::int64_t bucket = bucket_seconds_for(range.micros());
  if (!request.from) range.from = bucket_start(range.from, bucket);
  if (!request.to) range.to = {range.from.micros + bucket_count(range, bucket) * bucket * kMicros};
  return range;
}

Result<Decimal> money(QueryResult& rows, std::size_t row, std::size_t column) {
  if (const auto value = parse_decimal(rows.text(row, column))) return *value;
  return fail(ErrorCode::kInternal, "a sum of money has more than 14 digits before the point");
}

Result<OverviewPoint> read_point(QueryResult& rows, std::size_t row) {
  OverviewPoint point;
  const auto start = parse_timestamp(rows.text(row, 0));
  if (!start) return fail(ErrorCode::kInternal, "a bucket of the series has no start");
  point.start = *start;
  point.counts.visits = rows.integer(row, 1);
  point.counts.page_views = rows.integer(row, 2);
  point.counts.cart_adds = rows.integer(row, 3);
  point.counts.orders = rows.integer(row, 4);
  MILLRACE_ASSIGN(point.counts.revenue, money(rows, row, 5));
  point.counts.visits_with_cart = rows.integer(row, 6);
  point.counts.visits_with_purchase = rows.integer(row, 7);
  return point;
}

Result<std::vector<OverviewPoint>> load_series(Connection& connection, const OverviewScope& scope) {
  MILLRACE_ASSIGN(QueryResult rows, connection.query(series_sql(scope)));
  std::vector<OverviewPoint> series;
  for (std::size_t i = 0; i < rows.row_count(); ++i) {
    MILLRACE_ASSIGN(OverviewPoint point, read_point(rows, i));
    series.push_back(point);
  }
  return series;
}

// Every number of a point adds up over time, so the totals need no query of their own.
Result<OverviewTotals> totals_of(const std::vector<OverviewPoint>& series) {
  OverviewTotals totals;
  for (const auto& [start, counts] : series) {
    totals.visits += counts.visits;
    totals.page_views += counts.page_views;
    totals.cart_adds += counts.cart_adds;
    totals.orders += counts.orders;
    totals.visits_with_cart += counts.visits_with_cart;
    totals.visits_with_purchase += counts.visits_with_purchase;
    const auto revenue = add(totals.revenue, counts.revenue);
    if (!revenue) return fail(ErrorCode::kInternal, "the revenue has more than 14 digits before the point");
    totals.revenue = *revenue;
  }
  return totals;
}

Result<RankedList<OverviewPage>> load_pages(Connection& connection, const std::string& sql) {
  MILLRACE_ASSIGN(QueryResult rows, connection.query(sql));
  RankedList<OverviewPage> list;
  for (std::size_t i = 0; i < rows.row_count(); ++i) {
    list.rows.push_back({rows.text(i, 0), rows.integer(i, 1), rows.integer(i, 2)});
    list.total = rows.integer(i, 3);
  }
  return list;
}

// The columns after the key are the same, but for a name of its own that a category has not.
Result<RankedList<OverviewSales>> load_sales(Connection& connection, const std::string& sql, bool named) {
  MILLRACE_ASSIGN(QueryResult rows, connection.query(sql));
  RankedList<OverviewSales> list;
  const std::size_t units = named ? 2 : 1;
  for (std::size_t i = 0; i < rows.row_count(); ++i) {
    MILLRACE_ASSIGN(const Decimal revenue, money(rows, i, units + 1));
    list.rows.push_back({rows.text(i, 0), rows.text(i, named ? 1 : 0), rows.integer(i, units), revenue});
    list.total = rows.integer(i, units + 2);
  }
  return list;
}

Result<RankedList<OverviewDevice>> load_devices(Connection& connection, const std::string& sql) {
  MILLRACE_ASSIGN(QueryResult rows, connection.query(sql));
  RankedList<OverviewDevice> list;
  for (std::size_t i = 0; i < rows.row_count(); ++i) {
    list.rows.push_back({rows.text(i, 0), rows.integer(i, 1)});
    list.total = rows.integer(i, 2);
  }
  return list;
}

// `0001-01-01`: DuckDB writes earlier years in a way that is no time here.
constexpr Timestamp kEarliest{-62'135'596'800 * kMicros};

Status check_years(Period range, bool compare) {
  if (range.from < kEarliest) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("from ({}) is before the year 1: choose a later one",
                                                         format_timestamp(range.from)));
  }
  if (compare && range.from.micros - range.micros() < kEarliest.micros) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("the period to compare with, immediately before from ({}), begins before the year "
                    "1: choose a later from, or leave out compare",
                    format_timestamp(range.from)));
  }
  return {};
}

Status load_previous(Connection& connection, OverviewScope scope, Overview& overview) {
  scope.range = {{scope.range.from.micros - scope.range.micros()}, scope.range.from};
  overview.previous = scope.range;
  MILLRACE_ASSIGN(overview.previous_series, load_series(connection, scope));
  MILLRACE_ASSIGN(overview.previous_totals, totals_of(overview.previous_series));
  return {};
}

Status load_lists(Connection& connection, Overview& overview) {
  MILLRACE_ASSIGN(overview.pages, load_pages(connection, overview.sql.pages));
  MILLRACE_ASSIGN(overview.products, load_sales(connection, overview.sql.products, true));
  MILLRACE_ASSIGN(overview.categories, load_sales(connection, overview.sql.categories, false));
  MILLRACE_ASSIGN(overview.devices, load_devices(connection, overview.sql.devices));
  return {};
}

Result<Overview> load(Connection& connection, const OverviewRequest& request) {
  Overview overview;
  MILLRACE_ASSIGN(overview.stored, stored_period(connection));
  MILLRACE_ASSIGN(overview.currencies, stored_currencies(connection));
  MILLRACE_ASSIGN(overview.range, range_of(request, overview.stored));
  MILLRACE_TRY(check_years(overview.range, request.compare));
  overview.bucket_seconds = bucket_seconds_for(overview.range.micros());
  overview.currency = request.currency;
  if (!overview.currency && !overview.currencies.empty()) overview.currency = overview.currencies.front();

  const bool bought = std::ranges::find(overview.currencies, overview.currency) != overview.currencies.end();
  const OverviewScope scope{overview.range, overview.bucket_seconds, bought ? *overview.currency : "",
                            request.filters};
  overview.sql = overview_sql(scope);
  MILLRACE_ASSIGN(overview.series, load_series(connection, scope));
  MILLRACE_ASSIGN(overview.totals, totals_of(overview.series));
  if (request.compare) MILLRACE_TRY(load_previous(connection, scope, overview));
  MILLRACE_TRY(load_lists(connection, overview));
  return overview;
}

// Unlike any other request's, whatever the values are: lengths stand before texts.
std::string fingerprint(const OverviewRequest& request) {
  std::string text;
  const auto add_time = [&](const std::optional<Timestamp>& time) {
    text += time ? fmt::format("{};", time->micros) : "-;";
  };
  const auto add_text = [&](const std::optional<std::string>& value) {
    text += value ? fmt::format("{}:{};", value->size(), *value) : "-;";
  };
  add_time(request.from);
  add_time(request.to);
  add_text(request.filters.device);
  add_text(request.filters.page);
  add_text(request.filters.product);
  add_text(request.filters.category);
  add_text(request.currency);
  text += fmt::format("{}{}", request.compare ? 1 : 0,
                      request.filters.step ? static_cast<int>(*request.filters.step) : -1);
  return text;
}

}  // namespace

Result<Overview> load_overview(Connection& connection, const OverviewRequest& request,
                               const OverviewBounds& bounds) {
  MILLRACE_ASSIGN(const ReadOnlyTransaction transaction, ReadOnlyTransaction::begin(connection));
  const Watchdog watchdog(connection, bounds.timeout, bounds.stop);
  Result<Overview> overview = load(connection, request);
  if (!overview.has_value()) MILLRACE_TRY(watchdog.verdict());
  return overview;
}

Result<std::string> overview_etag(Connection& connection, const OverviewRequest& request) {
  MILLRACE_ASSIGN(QueryResult row,
                  connection.query("SELECT max(epoch), sum(position), bit_xor(load_id), count(*) "
                                   "FROM raw.progress"));
  const std::string state = fmt::format("{};{};{};{};{};", kAnswerVersion, row.text(0, 0), row.text(0, 1),
                                        row.text(0, 2), row.text(0, 3));
  return fmt::format("\"{:016x}\"", hash64(state + fingerprint(request)));
}

}  // namespace millrace
