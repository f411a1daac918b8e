#include "query/overview.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "query/overview_content.h"
#include "query/overview_lists.h"
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
constexpr std::string_view kAnswerVersion = "overview-2";

Result<std::optional<Period>> stored_period(Connection& connection) {
  MILLRACE_ASSIGN(QueryResult row,
                  connection.query("SELECT epoch_us(min(event_time)), epoch_us(max(event_time)) "
                                   "FROM curated.events"));
  if (row.is_null(0, 0)) return std::nullopt;
  return Period{{row.integer(0, 0)}, {row.integer(0, 1)}};
}

Result<std::vector<std::string>> stored_currencies(Connection& connection, const OverviewContent& content) {
  if (!content.revenue) return std::vector<std::string>{};
  const std::string_view sales =
      content.flat ? "(event_type = 'purchase' OR event_type = 'order')" : "event_type = 'purchase'";
  MILLRACE_ASSIGN(QueryResult rows,
                  connection.query(fmt::format("SELECT currency::VARCHAR FROM curated.events "
                                               "WHERE {} AND currency IS NOT NULL "
                                               "GROUP BY currency ORDER BY count(*) DESC, currency::VARCHAR",
                                               sales)));
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

Result<OverviewPoint> read_point(QueryResult& rows, std::size_t row, const OverviewContent& content) {
  OverviewPoint point;
  const auto start = parse_timestamp(rows.text(row, 0));
  if (!start) return fail(ErrorCode::kInternal, "a bucket of the series has no start");
  point.start = *start;
  std::size_t at = 1;
  for (const CountColumn& column : kCountColumns) {
    if (!(content.*column.has)) continue;
    if (column.count != nullptr) {
      point.counts.*column.count = rows.integer(row, at);
    } else {
      MILLRACE_ASSIGN(point.counts.revenue, read_money(rows, row, at));
    }
    ++at;
  }
  return point;
}

Result<std::vector<OverviewPoint>> load_series(Connection& connection, const OverviewScope& scope) {
  MILLRACE_ASSIGN(QueryResult rows, connection.query(series_sql(scope)));
  std::vector<OverviewPoint> series;
  for (std::size_t i = 0; i < rows.row_count(); ++i) {
    MILLRACE_ASSIGN(OverviewPoint point, read_point(rows, i, scope.content));
    series.push_back(point);
  }
  return series;
}

// Every number of a point adds up over time, so the totals need no query of their own.
Result<OverviewTotals> totals_of(const std::vector<OverviewPoint>& series) {
  OverviewTotals totals;
  for (const auto& [start, counts] : series) {
    for (const CountColumn& column : kCountColumns) {
      if (column.count != nullptr) totals.*column.count += counts.*column.count;
    }
    const auto revenue = add(totals.revenue, counts.revenue);
    if (!revenue) return fail(ErrorCode::kInternal, "the revenue has more than 14 digits before the point");
    totals.revenue = *revenue;
  }
  return totals;
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

Result<Overview> load(Connection& connection, const OverviewRequest& request) {
  Overview overview;
  MILLRACE_ASSIGN(overview.stored, stored_period(connection));
  MILLRACE_ASSIGN(overview.content, load_content(connection));
  MILLRACE_ASSIGN(overview.currencies, stored_currencies(connection, overview.content));
  MILLRACE_ASSIGN(overview.range, range_of(request, overview.stored));
  MILLRACE_TRY(check_years(overview.range, request.compare));
  overview.bucket_seconds = bucket_seconds_for(overview.range.micros());
  overview.currency = request.currency;
  if (!overview.currency && !overview.currencies.empty()) overview.currency = overview.currencies.front();

  const bool bought = std::ranges::find(overview.currencies, overview.currency) != overview.currencies.end();
  const OverviewScope scope{.content = overview.content,
                            .range = overview.range,
                            .bucket_seconds = overview.bucket_seconds,
                            .currency = bought ? *overview.currency : "",
                            .filters = request.filters};
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
  add_text(request.filters.store);
  add_text(request.filters.vertical);
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
