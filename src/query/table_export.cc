#include "query/table_export.h"

#include <fmt/format.h>

#include <set>
#include <string_view>

#include "query/guarded_query.h"
#include "query/read_only_transaction.h"
#include "query/row_writers.h"
#include "query/watchdog.h"
#include "warehouse/database.h"

namespace millrace {
namespace {

constexpr std::string_view kDayColumn = "event_date";

// The rule of the CSV writer (row_writers.cc) in SQL.
constexpr std::string_view kGuardedCell =
    R"sql(CASE WHEN regexp_matches({0}, '^[=+@\t\r-]')
      AND NOT regexp_full_match({0}, '[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?')
      THEN '''' || {0} ELSE {0} END)sql";

// Without what ends it, so that it can stand in parentheses.
std::string inner(std::string_view select) {
  const std::size_t end = select.find_last_not_of("; \t\r\n");
  return std::string(select.substr(0, end == std::string_view::npos ? 0 : end + 1));
}

// The value of a column as the format has it.
std::string written_value(const ExportRequest& request, const std::string& name, std::string_view type) {
  const bool is_text = type == "VARCHAR" || type == "JSON";
  if (request.format == ExportFormat::kCsv && request.guard_csv_formulas && is_text) {
    return fmt::format(fmt::runtime(kGuardedCell), name);
  }
  if (request.format != ExportFormat::kParquet && type == "TIMESTAMP") {
    return fmt::format("strftime({}, '%Y-%m-%dT%H:%M:%S.%fZ')", name);
  }
  return name;
}

// A column's name in the head of a file: a spreadsheet takes that for a formula as well.
std::string written_name(const ExportRequest& request, const std::string& name) {
  const bool guarded =
      request.format == ExportFormat::kCsv && request.guard_csv_formulas && looks_like_formula(name);
  return sql_name(guarded ? "'" + name : name);
}

Result<QueryResult> describe(Connection& connection, const std::string& select) {
  auto columns = connection.query(
      fmt::format("SELECT column_name, column_type, lower(column_name) FROM (DESCRIBE {}\n)", select));
  if (columns) return columns;
  return fail(ErrorCode::kInvalidArgument, "only a SELECT can be exported: " + columns.error().message);
}

// The columns of the answer, as they stand in a list, or in a row of JSON.
Result<std::string> column_list(Connection& connection, const ExportRequest& request) {
  MILLRACE_ASSIGN(QueryResult columns, describe(connection, inner(request.select)));
  std::string list;
  bool has_time = request.time_column.empty();
  std::set<std::string> names;
  for (std::size_t row = 0; row < columns.row_count(); ++row) {
    const std::string name = columns.text(row, 0);
    if (name == request.time_column) has_time = true;
    if (name == kDayColumn && !request.time_column.empty()) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("the column {} would be that of the folders: give it another name with AS",
                              kDayColumn));
    }
    if (!names.insert(columns.text(row, 2)).second) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("two columns are named {}: give one another name with AS", name));
    }
    if (!list.empty()) list += ", ";
    const std::string value = written_value(request, sql_name(name), columns.text(row, 1));
    list += request.format == ExportFormat::kNdjson
                ? fmt::format("{}: {}", sql_text(name), value)
                : fmt::format("{} AS {}", value, written_name(request, name));
  }
  if (has_time) return list;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("there is no column {} to take the day from", request.time_column));
}

std::string_view format_options(ExportFormat format) {
  switch (format) {
    case ExportFormat::kParquet:
      return "FORMAT parquet, COMPRESSION zstd";
    case ExportFormat::kCsv:
      return "FORMAT csv, HEADER true";
    case ExportFormat::kNdjson:
      // One column of JSON, in which neither of these characters can stand. (COPY … (FORMAT json) has no
      // partitions.)
      return "FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '\x02', ESCAPE '\x02'";
  }
  return "";
}

std::string_view ending(ExportFormat format) {
  switch (format) {
    case ExportFormat::kParquet:
      return "parquet";
    case ExportFormat::kCsv:
      return "csv";
    case ExportFormat::kNdjson:
      return "ndjson";
  }
  return "";
}

// What stands in a file of each row.
std::string written_columns(ExportFormat format, const std::string& columns) {
  if (format != ExportFormat::kNdjson) return columns;
  return fmt::format("to_json({{{}}})::VARCHAR AS line", columns);
}

std::string copy_statement(const ExportRequest& request, const std::string& columns,
                           const std::string& folder) {
  if (request.time_column.empty()) {
    return fmt::format("COPY (SELECT {} FROM (\n{}\n)) TO {} ({})", written_columns(request.format, columns),
                       inner(request.select),
                       sql_text(fmt::format("{}/part-0.{}", folder, ending(request.format))),
                       format_options(request.format));
  }
  return fmt::format(
      "COPY (SELECT {}, strftime({}, '%Y-%m-%d') AS {} FROM (\n{}\n)) TO {} ({}, PARTITION_BY ({}), "
      "FILENAME_PATTERN 'part-{{i}}', FILE_EXTENSION '{}', OVERWRITE_OR_IGNORE true)",
      written_columns(request.format, columns), sql_name(request.time_column), kDayColumn,
      inner(request.select), sql_text(folder), format_options(request.format), kDayColumn,
      ending(request.format));
}

}  // namespace

Result<std::uint64_t> export_select(Connection& connection, const ExportRequest& request,
                                    const std::string& folder) {
  MILLRACE_TRY(check_query(connection, request.select));
  MILLRACE_ASSIGN(const ReadOnlyTransaction transaction, ReadOnlyTransaction::begin(connection));
  const Watchdog watchdog(connection, request.timeout, request.stop);
  MILLRACE_ASSIGN(const std::string columns, column_list(connection, request));
  auto copied = connection.query(copy_statement(request, columns, folder));
  if (copied) return static_cast<std::uint64_t>(copied->integer(0, 0));
  MILLRACE_TRY(watchdog.verdict());
  return std::unexpected(copied.error());
}

}  // namespace millrace
