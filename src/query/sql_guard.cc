#include "query/sql_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "query/sql_tokens.h"

namespace millrace {
namespace {

using Kind = SqlToken::Kind;
using Tokens = std::span<const SqlToken>;

constexpr auto kAllowedTableFunctions = std::to_array<std::string_view>({
    "duckdb_columns",
    "duckdb_constraints",
    "duckdb_databases",
    "duckdb_dependencies",
    "duckdb_functions",
    "duckdb_indexes",
    "duckdb_keywords",
    "duckdb_memory",
    "duckdb_schemas",
    "duckdb_sequences",
    "duckdb_settings",
    "duckdb_tables",
    "duckdb_types",
    "duckdb_views",
    "generate_series",
    "icu_calendar_names",
    "json_each",
    "json_tree",
    "pg_timezone_names",
    "pragma_collations",
    "pragma_database_size",
    "pragma_platform",
    "pragma_show",
    "pragma_storage_info",
    "pragma_table_info",
    "pragma_version",
    "range",
    "repeat",
    "repeat_row",
    "summary",
    "unnest",
});

constexpr auto kRefusedFunctions = std::to_array<std::string_view>({
    // Change the running database, or its log and profile.
    "checkpoint",
    "force_checkpoint",
    "enable_logging",
    "disable_logging",
    "truncate_duckdb_logs",
    "write_log",
    "enable_profiling",
    "disable_profiling",
    "enable_peg_parser",
    "disable_peg_parser",
    "check_peg_parser",
    // Hide SQL inside a string.
    "query",
    "query_table",
    "json_execute_serialized_sql",
    "sql_auto_complete",
    // Read files or memory. Files are closed to DuckDB as well; this says so in plain words.
    "read_csv",
    "read_csv_auto",
    "sniff_csv",
    "read_json",
    "read_json_auto",
    "read_json_objects",
    "read_json_objects_auto",
    "read_ndjson",
    "read_ndjson_auto",
    "read_ndjson_objects",
    "read_parquet",
    "parquet_scan",
    "parquet_schema",
    "parquet_metadata",
    "parquet_file_metadata",
    "parquet_full_metadata",
    "parquet_kv_metadata",
    "parquet_bloom_probe",
    "read_text",
    "read_blob",
    "read_duckdb",
    "glob",
    "arrow_scan",
    "arrow_scan_dumb",
    "seq_scan",
    "getenv",
    "which_secret",
    // Tell about the program, not about the data, or only hold a connection.
    "duckdb_secrets",
    "duckdb_secret_types",
    "duckdb_extensions",
    "duckdb_logs",
    "duckdb_log_contexts",
    "duckdb_logs_parsed",
    "duckdb_temporary_files",
    "duckdb_external_file_cache",
    "duckdb_prepared_statements",
    "duckdb_connection_count",
    "duckdb_approx_database_count",
    "duckdb_coordinate_systems",
    "duckdb_optimizers",
    "duckdb_table_sample",
    "duckdb_variables",
    "duckdb_profiling_settings",
    "pragma_metadata_info",
    "pragma_user_agent",
    "test_all_types",
    "test_vector_types",
    "sleep_ms",
    "pg_sleep",
});

// Make one value as long as an argument says.
constexpr auto kRepeating = std::to_array<std::string_view>(
    {"repeat", "repeat_row", "lpad", "rpad", "list_resize", "array_resize", "bitstring", "bar"});
constexpr auto kSeries = std::to_array<std::string_view>({"range", "generate_series"});
// Take a width from a text: printf('%999999999d', 1).
constexpr auto kFormatting = std::to_array<std::string_view>({"format", "printf"});

template <std::size_t n>
bool is_one_of(const std::array<std::string_view, n>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_symbol(const SqlToken& token, char symbol) {
  return token.kind == Kind::kSymbol && token.text[0] == symbol;
}

// 1500000000, 1_000_000, 1.5e9; a text of digits counts as well, since a cast makes a number of it.
std::optional<double> number_in(const SqlToken& token) {
  if (token.kind != Kind::kNumber && token.kind != Kind::kText) return std::nullopt;
  std::string digits = token.text;
  std::erase(digits, '_');
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

double largest_product(Tokens arguments) {
  double product = 1;
  for (const SqlToken& token : arguments) product *= std::max(number_in(token).value_or(1), 1.0);
  return product;
}

bool has_power(Tokens arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const SqlToken& token = arguments[i];
    if (is_symbol(token, '^')) return true;
    if (token.kind == Kind::kName && (token.text == "pow" || token.text == "power" || token.text == "exp"))
      return true;
    if (i + 1 < arguments.size() && is_symbol(token, '*') && is_symbol(arguments[i + 1], '*')) return true;
    if (i + 1 < arguments.size() && is_symbol(token, '<') && is_symbol(arguments[i + 1], '<')) return true;
  }
  return false;
}

// The number of values of range(start, stop, step) when all are plain numbers.
std::optional<double> series_length(Tokens arguments) {
  std::vector<double> numbers;
  double sign = 1;
  bool after_number = false;
  for (const SqlToken& token : arguments) {
    if (is_symbol(token, ',') && after_number) {
      after_number = false;
    } else if (is_symbol(token, '-') && !after_number && sign > 0) {
      sign = -1;
    } else if (const auto value = number_in(token); value.has_value() && !after_number) {
      numbers.push_back(sign * *value);
      sign = 1;
      after_number = true;
    } else {
      return std::nullopt;
    }
  }
  if (numbers.empty() || numbers.size() > 3) return std::nullopt;
  if (numbers.size() == 1) return numbers[0];
  const double step = numbers.size() == 3 && numbers[2] != 0 ? numbers[2] : 1;
  return (numbers[1] - numbers[0]) / step;
}

bool has_wide_format(Tokens arguments) {
  return std::ranges::any_of(arguments, [](const SqlToken& token) {
    if (token.kind != Kind::kText) return false;
    std::size_t digits = 0;
    for (const char c : token.text) {
      digits = c >= '0' && c <= '9' ? digits + 1 : 0;
      if (digits > 4) return true;
    }
    return false;
  });
}

std::unexpected<Error> too_long(const SqlToken& function, std::int64_t length_max) {
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("{}() with a length above {} is refused at position {}, since it can take all memory: ask "
                  "for less",
                  function.text, length_max, function.offset + 1));
}

Status check_growth(const SqlToken& function, Tokens arguments) {
  if (is_one_of(kRepeating, function.text) &&
      (has_power(arguments) || largest_product(arguments) > static_cast<double>(kRepeatedLengthMax))) {
    return too_long(function, kRepeatedLengthMax);
  }
  if (is_one_of(kSeries, function.text)) {
    const double length = series_length(arguments).value_or(largest_product(arguments));
    const bool computed = !series_length(arguments).has_value() && has_power(arguments);
    if (computed || length > static_cast<double>(kSeriesLengthMax))
      return too_long(function, kSeriesLengthMax);
  }
  if (is_one_of(kFormatting, function.text) && has_wide_format(arguments)) {
    return too_long(function, kRepeatedLengthMax);
  }
  return {};
}

Status check_name(const SqlToken& function) {
  if (is_one_of(kRefusedFunctions, function.text) || function.text.starts_with("__internal")) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("{}() at position {} is refused: SQL here reads the tables of the warehouse and nothing "
                    "else; SHOW ALL TABLES lists them",
                    function.text, function.offset + 1));
  }
  return {};
}

// What stands before the dot of 'x'.repeat(9): the method's first argument, without which growth is not seen.
// A whole text in front is enough, since a name holds no number.
Tokens receiver(Tokens tokens, std::size_t name_at) {
  return name_at >= 2 && is_symbol(tokens[name_at - 1], '.') ? tokens.subspan(name_at - 2, 1) : Tokens{};
}

// The tokens between the parenthesis at `open` and the one that closes it.
Tokens arguments_at(Tokens tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (is_symbol(tokens[i], '(')) ++depth;
    if (is_symbol(tokens[i], ')') && --depth == 0) return tokens.subspan(open + 1, i - open - 1);
  }
  return tokens.subspan(open + 1);
}

}  // namespace

Status check_sql_text(std::string_view sql) {
  if (sql.size() > kStatementSizeMax) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("the statement has {} bytes, at most {} are accepted", sql.size(), kStatementSizeMax));
  }
  if (sql.find('\0') != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument, "the statement holds a NUL character");
  }
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  // DuckDB rewrites some of them to a SELECT, which would hide the others.
  if (!tokens.empty() && tokens[0].kind == Kind::kName && tokens[0].text == "pragma") {
    return fail(ErrorCode::kInvalidArgument, "PRAGMA is refused: use SHOW, DESCRIBE or SUMMARIZE");
  }
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].kind != Kind::kName || !is_symbol(tokens[i + 1], '(')) continue;
    MILLRACE_TRY(check_name(tokens[i]));
    MILLRACE_TRY(check_growth(tokens[i], arguments_at(tokens, i + 1)));
    MILLRACE_TRY(check_growth(tokens[i], receiver(tokens, i)));
  }
  return {};
}

std::string_view explained_statement(std::string_view sql) {
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  std::size_t i = 0;
  if (tokens.empty() || tokens[0].kind != Kind::kName || tokens[0].text != "explain") return sql;
  ++i;
  while (i < tokens.size() && tokens[i].kind == Kind::kName &&
         (tokens[i].text == "analyze" || tokens[i].text == "verbose"))
    ++i;
  // EXPLAIN (FORMAT json) SELECT: options, unless the parenthesis opens the statement itself.
  const bool options =
      i + 1 < tokens.size() && is_symbol(tokens[i], '(') &&
      (tokens[i + 1].text == "analyze" || tokens[i + 1].text == "format" || tokens[i + 1].text == "verbose");
  if (options) {
    while (i < tokens.size() && !is_symbol(tokens[i], ')')) ++i;
    ++i;
  }
  return i < tokens.size() ? sql.substr(tokens[i].offset) : std::string_view();
}

std::span<const std::string_view> allowed_table_functions() {
  return kAllowedTableFunctions;
}

std::span<const std::string_view> refused_functions() {
  return kRefusedFunctions;
}

}  // namespace millrace
