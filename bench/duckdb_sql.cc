// duckdb_sql DATABASE SQL_FILE [NAME=VALUE]…: runs SQL on a DuckDB database file, with nothing of this
// program between.
//
// Each NAME=VALUE is a variable: getvariable('NAME') in the SQL. A statement ends with a semicolon at the end
// of a line. Rows go to standard output, their values separated by tabs; the wall seconds of each statement
// to standard error. Exit code 1 at the first error.
#include <duckdb.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::vector<std::string> statements_of(std::string_view sql) {
  std::vector<std::string> statements;
  while (!sql.empty()) {
    const std::size_t end = sql.find(";\n");
    if (end == std::string_view::npos) break;
    statements.emplace_back(sql.substr(0, end));
    sql.remove_prefix(end + 2);
  }
  return statements;
}

// The first line that is no comment.
std::string_view title(std::string_view statement) {
  while (!statement.empty()) {
    const std::string_view line = statement.substr(0, statement.find('\n'));
    if (!line.empty() && !line.starts_with("--")) return line;
    statement.remove_prefix(line.size() < statement.size() ? line.size() + 1 : line.size());
  }
  return {};
}

std::string quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "''" : std::string(1, c);
  return result + "'";
}

void print_rows(duckdb_result& result) {
  for (idx_t row = 0; row < duckdb_row_count(&result); ++row) {
    for (idx_t column = 0; column < duckdb_column_count(&result); ++column) {
      char* text = duckdb_value_varchar(&result, column, row);
      std::printf("%s%s", column == 0 ? "" : "\t", text == nullptr ? "NULL" : text);
      duckdb_free(text);
    }
    std::printf("\n");
  }
}

bool run(duckdb_connection connection, const std::string& statement) {
  const auto start = std::chrono::steady_clock::now();
  duckdb_result result;
  const bool good = duckdb_query(connection, statement.c_str(), &result) == DuckDBSuccess;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const std::string name(title(statement).substr(0, 80));
  if (!good) {
    std::fprintf(stderr, "%s: %s\n", name.c_str(), duckdb_result_error(&result));
  } else {
    std::fprintf(stderr, "%8.3f s  %s\n", seconds, name.c_str());
    if (duckdb_result_return_type(result) == DUCKDB_RESULT_TYPE_QUERY_RESULT) print_rows(result);
  }
  duckdb_destroy_result(&result);
  return good;
}

bool run_all(duckdb_connection connection, const std::vector<std::string>& statements) {
  for (const std::string& statement : statements) {
    if (!run(connection, statement)) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: duckdb_sql DATABASE SQL_FILE [NAME=VALUE]...\n");
    return 2;
  }
  std::ifstream file(argv[2]);
  const std::string sql((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (sql.empty()) {
    std::fprintf(stderr, "cannot read %s\n", argv[2]);
    return 2;
  }
  std::vector<std::string> variables;
  for (int i = 3; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    variables.push_back("SET VARIABLE " + std::string(word.substr(0, equals)) + " = " +
                        quoted(word.substr(equals + 1)));
  }

  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  if (duckdb_open(argv[1], &database) != DuckDBSuccess ||
      duckdb_connect(database, &connection) != DuckDBSuccess) {
    std::fprintf(stderr, "cannot open %s\n", argv[1]);
    return 1;
  }
  const bool good = run_all(connection, variables) && run_all(connection, statements_of(sql));
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  return good ? 0 : 1;
}
