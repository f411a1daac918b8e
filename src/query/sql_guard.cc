#include "query/sql_guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/time.h"
#include "query/sql_tokens.h"

namespace millrace {
namespace {

using Kind = SqlToken::Kind;
using Tokens = std::span<const SqlToken>;

constexpr auto kAllowedTableFunctions = std::to_array<std::string_view>({
    "duckdb_columns",
    "duckdb_constraints",
    "duckdb_dependencies",
    "duckdb_functions",
    "duckdb_indexes",
    "duckdb_keywords",
    "duckdb_memory",
    "duckdb_schemas",
    "duckdb_sequences",
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
    "current_setting",
    "duckdb_databases",
    "duckdb_settings",
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
    // Of the program itself: rows on their way into a table.
    "millrace_chunk_feed",
});

// Views of the same names, which are read without parentheses.
constexpr auto kRefusedViews =
    std::to_array<std::string_view>({"duckdb_databases", "duckdb_logs", "pg_settings"});

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

// One call of a function in the statement.
struct Call {
  const SqlToken& function;
  std::vector<Tokens> arguments;
};

// 5, -5, DATE '2024-07-01', '2024-07-01'::DATE, INTERVAL 1 DAY: nothing whose value is known only later.
enum class Unit { kNumber, kTime, kInterval };
struct Literal {
  Unit unit = Unit::kNumber;
  double value = 0;  // seconds of a time and of an interval
};

constexpr auto kTimeTypes = std::to_array<std::string_view>({"date", "timestamp", "timestamptz", "datetime"});

double seconds_of_unit(std::string_view name) {
  if (name.ends_with('s')) name.remove_suffix(1);
  if (name == "second") return 1;
  if (name == "minute") return 60;
  if (name == "hour") return 3'600;
  if (name == "day") return 86'400;
  if (name == "week") return 7 * 86'400;
  if (name == "month") return 28 * 86'400;
  if (name == "year") return 365 * 86'400;
  return 0;
}

std::optional<Literal> interval_in(Tokens argument) {
  std::string text;
  for (const SqlToken& token : argument.subspan(1)) {
    if (token.kind == Kind::kSymbol) return std::nullopt;
    text += (text.empty() ? "" : " ") + token.text;
  }
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::size_t blank = std::min(text.find(' '), text.size());
  const auto count = number_in({Kind::kText, text.substr(0, blank), 0});
  const double seconds = blank < text.size() ? seconds_of_unit(std::string_view(text).substr(blank + 1)) : 0;
  if (!count.has_value() || seconds == 0) return std::nullopt;
  return Literal{Unit::kInterval, *count * seconds};
}

std::optional<Literal> time_in(const SqlToken& token) {
  const auto time = token.kind == Kind::kText ? parse_timestamp(token.text) : std::nullopt;
  if (!time.has_value()) return std::nullopt;
  return Literal{Unit::kTime, static_cast<double>(time->micros) / 1e6};
}

std::optional<Literal> literal_in(Tokens argument) {
  if (argument.empty()) return std::nullopt;
  if (argument.size() > 1 && argument[0].text == "interval" && argument[0].kind == Kind::kName) {
    return interval_in(argument);
  }
  if (argument.size() == 2 && argument[0].kind == Kind::kName && is_one_of(kTimeTypes, argument[0].text)) {
    return time_in(argument[1]);
  }
  if (argument.size() == 4 && is_symbol(argument[1], ':') && is_symbol(argument[2], ':') &&
      is_one_of(kTimeTypes, argument[3].text)) {
    return time_in(argument[0]);
  }
  const bool negative = argument.size() == 2 && is_symbol(argument[0], '-');
  if (argument.size() != (negative ? 2U : 1U)) return std::nullopt;
  const auto value = number_in(argument.back());
  if (!value.has_value()) return std::nullopt;
  return Literal{Unit::kNumber, negative ? -*value : *value};
}

// The number of values of range(start, stop, step) when all are literals.
std::optional<double> series_length(const std::vector<Tokens>& arguments) {
  if (arguments.empty() || arguments.size() > 3) return std::nullopt;
  std::vector<Literal> literals;
  for (const Tokens& argument : arguments) {
    const auto literal = literal_in(argument);
    if (!literal.has_value()) return std::nullopt;
    literals.push_back(*literal);
  }
  const bool of_times = literals[0].unit == Unit::kTime;
  if (literals.size() == 1) return of_times ? std::nullopt : std::optional(literals[0].value);
  if (literals[1].unit != literals[0].unit) return std::nullopt;
  if (of_times && (literals.size() < 3 || literals[2].unit != Unit::kInterval)) return std::nullopt;
  const double step = literals.size() == 3 && literals[2].value != 0 ? literals[2].value : 1;
  return (literals[1].value - literals[0].value) / step;
}

// Where a template takes a width: more than four digits, or from an argument (%*d, {:{}}).
bool has_wide_format(std::string_view text) {
  std::size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 4) return true;
  }
  return false;
}

bool has_printf_star(std::string_view text) {
  for (std::size_t i = text.find('%'); i < text.size(); i = text.find('%', i + 1)) {
    i = text.find_first_not_of("-+ #0123456789.$'hlLqjzt", i + 1);
    if (i < text.size() && text[i] == '*') return true;
    if (i == std::string_view::npos) return false;
  }
  return false;
}

bool has_nested_field(std::string_view text) {
  bool in_field = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '}') in_field = false;
    if (text[i] != '{') continue;
    if (in_field) return true;
    if (i + 1 < text.size() && text[i + 1] == '{') {
      ++i;
    } else {
      in_field = true;
    }
  }
  return false;
}

// E'\x2a' is a character that the template does not show.
bool has_coded_character(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && std::string_view("xuU01234567").contains(text[i + 1])) return true;
  }
  return false;
}

std::unexpected<Error> too_long(const SqlToken& function, std::int64_t length_max) {
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("{}() with a length above {} is refused at position {}, since it can take all memory: ask "
                  "for less",
                  function.text, length_max, function.offset + 1));
}

std::unexpected<Error> not_literal(const SqlToken& function, std::string_view what) {
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("{}() at position {} is refused, since it can take all memory: {}", function.text,
                          function.offset + 1, what));
}

// Of list_resize(list, length, value), whose length is the second argument; that of bar() is its fourth.
Status check_repeating(const Call& call) {
  const double length_max = static_cast<double>(kRepeatedLengthMax);
  double product = 1;
  for (const Tokens& argument : call.arguments) {
    if (has_power(argument)) return too_long(call.function, kRepeatedLengthMax);
    product *= largest_product(argument);
  }
  if (product > length_max) return too_long(call.function, kRepeatedLengthMax);
  if (call.function.text == "repeat_row") return {};  // a table function, which makes one row at a time
  const std::size_t length_at = call.function.text == "bar" ? 3 : 1;
  if (length_at >= call.arguments.size()) return {};  // bar() has a default; DuckDB refuses the others
  const auto length = literal_in(call.arguments[length_at]);
  if (length.has_value() && length->unit == Unit::kNumber) return {};
  return not_literal(
      call.function,
      fmt::format("write its length as a plain number of at most {}, not as an expression or a column",
                  kRepeatedLengthMax));
}

Status check_series(const Call& call) {
  const auto length = series_length(call.arguments);
  if (!length.has_value()) {
    return not_literal(
        call.function,
        fmt::format("write its bounds as plain numbers, or as DATE or TIMESTAMP texts with an INTERVAL of "
                    "whole seconds to years, for at most {} values",
                    kSeriesLengthMax));
  }
  if (std::abs(*length) > static_cast<double>(kSeriesLengthMax)) {
    return too_long(call.function, kSeriesLengthMax);
  }
  return {};
}

Status check_formatting(const Call& call) {
  if (call.arguments.empty()) return {};
  const Tokens pattern = call.arguments[0];
  if (pattern.size() != 1 || pattern[0].kind != Kind::kText || has_coded_character(pattern[0].text)) {
    return not_literal(call.function, "write its template as one plain text, 'like this'");
  }
  if (has_wide_format(pattern[0].text)) return too_long(call.function, kRepeatedLengthMax);
  const bool from_argument =
      call.function.text == "printf" ? has_printf_star(pattern[0].text) : has_nested_field(pattern[0].text);
  if (from_argument) return not_literal(call.function, "write widths as numbers in the template");
  return {};
}

Status check_growth(const Call& call) {
  if (is_one_of(kRepeating, call.function.text)) return check_repeating(call);
  if (is_one_of(kSeries, call.function.text)) return check_series(call);
  if (is_one_of(kFormatting, call.function.text)) return check_formatting(call);
  return {};
}

bool can_grow(std::string_view function) {
  return is_one_of(kRepeating, function) || is_one_of(kSeries, function) || is_one_of(kFormatting, function);
}

Status check_name(const SqlToken& function) {
  if (is_one_of(kRefusedFunctions, function.text) || is_one_of(kRefusedViews, function.text) ||
      function.text.starts_with("__internal")) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("{}() at position {} is refused: SQL here reads the tables of the warehouse and nothing "
                    "else; SHOW ALL TABLES lists them",
                    function.text, function.offset + 1));
  }
  return {};
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

bool opens(const SqlToken& token) {
  return is_symbol(token, '(') || is_symbol(token, '[') || is_symbol(token, '{');
}

bool closes(const SqlToken& token) {
  return is_symbol(token, ')') || is_symbol(token, ']') || is_symbol(token, '}');
}

std::vector<Tokens> split_arguments(Tokens tokens) {
  std::vector<Tokens> arguments;
  if (tokens.empty()) return arguments;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    depth += (opens(tokens[i]) ? 1 : 0) - (closes(tokens[i]) ? 1 : 0);
    if (depth != 0 || !is_symbol(tokens[i], ',')) continue;
    arguments.push_back(tokens.subspan(start, i - start));
    start = i + 1;
  }
  arguments.push_back(tokens.subspan(start));
  return arguments;
}

// What stands before the dot of a call is its first argument, or a schema: the text alone does not tell.
Status check_growth_at(Tokens tokens, std::size_t name_at) {
  const SqlToken& function = tokens[name_at];
  if (!can_grow(function.text)) return {};
  if (name_at >= 1 && is_symbol(tokens[name_at - 1], '.')) {
    return not_literal(function, "write it without a dot before it, with all its arguments in parentheses");
  }
  return check_growth({function, split_arguments(arguments_at(tokens, name_at + 1))});
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
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != Kind::kName) continue;
    if (is_one_of(kRefusedViews, tokens[i].text)) MILLRACE_TRY(check_name(tokens[i]));
    if (i + 1 == tokens.size() || !is_symbol(tokens[i + 1], '(')) continue;
    MILLRACE_TRY(check_name(tokens[i]));
    MILLRACE_TRY(check_growth_at(tokens, i));
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
