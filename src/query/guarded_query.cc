#include "query/guarded_query.h"

#include <fmt/format.h>

#include <string>

#include "query/read_only_transaction.h"
#include "query/result_writer.h"
#include "query/sql_guard.h"
#include "query/watchdog.h"
#include "warehouse/database.h"

namespace millrace {
namespace {

using Statements = DuckHandle<duckdb_extracted_statements, duckdb_destroy_extracted>;
using Prepared = DuckHandle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using Chunk = DuckHandle<duckdb_data_chunk, duckdb_destroy_data_chunk>;

// A result whose rows are fetched while the query runs.
class StreamingResult {
 public:
  StreamingResult() = default;
  ~StreamingResult() { duckdb_destroy_result(&result_); }
  StreamingResult(const StreamingResult&) = delete;
  StreamingResult& operator=(const StreamingResult&) = delete;

  duckdb_result* get() { return &result_; }
  std::string error() { return words(duckdb_result_error(&result_)); }
  static std::string words(const char* message) { return message == nullptr ? "" : message; }

 private:
  duckdb_result result_{};
};

// In DuckDB's own words: they name the line and what would fit.
std::unexpected<Error> refused(std::string message) {
  while (!message.empty() && message.back() == '\n') message.pop_back();
  return fail(ErrorCode::kInvalidArgument,
              message.empty() ? "the statement cannot be run" : std::move(message));
}

std::unexpected<Error> not_a_select() {
  return fail(ErrorCode::kInvalidArgument,
              "only queries are accepted (SELECT, WITH, FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE, EXPLAIN): "
              "nothing can be written or set from here");
}

bool is_pivot(std::string_view sql) {
  return sql.find("PIVOT") != std::string_view::npos || sql.find("pivot") != std::string_view::npos;
}

Result<Statements> extract_one(Connection& connection, std::string_view sql) {
  Statements statements;
  const idx_t count = duckdb_extract_statements(connection.raw(), std::string(sql).c_str(), statements.out());
  if (count == 1) return statements;
  if (const char* error = duckdb_extract_statements_error(statements.get()); count == 0 && error != nullptr) {
    return refused(error);
  }
  if (count == 0) return fail(ErrorCode::kInvalidArgument, "there is no statement: write one SELECT");
  if (is_pivot(sql)) {
    return fail(ErrorCode::kInvalidArgument,
                "name the values of a PIVOT: PIVOT … ON column IN ('a', 'b') USING …");
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("there are {} statements, one at a time is accepted", count));
}

Result<Prepared> prepare(Connection& connection, const Statements& statements) {
  Prepared prepared;
  if (duckdb_prepare_extracted_statement(connection.raw(), statements.get(), 0, prepared.out()) !=
      DuckDBSuccess) {
    return refused(StreamingResult::words(duckdb_prepare_error(prepared.get())));
  }
  return prepared;
}

// Preparing runs nothing, so the type is known before anything happens.
Result<Prepared> prepare_select(Connection& connection, std::string_view sql) {
  MILLRACE_ASSIGN(const Statements statements, extract_one(connection, sql));
  MILLRACE_ASSIGN(Prepared prepared, prepare(connection, statements));
  const duckdb_statement_type type = duckdb_prepared_statement_type(prepared.get());
  if (type == DUCKDB_STATEMENT_TYPE_EXPLAIN) {
    const std::string_view explained = explained_statement(sql);
    if (explained.size() == sql.size()) return not_a_select();
    MILLRACE_TRY(prepare_select(connection, explained));
  } else if (type != DUCKDB_STATEMENT_TYPE_SELECT) {
    return not_a_select();
  }
  if (duckdb_nparams(prepared.get()) != 0) {
    return fail(ErrorCode::kInvalidArgument,
                "the statement has a parameter (? or $1): write the value itself");
  }
  return prepared;
}

Status write_rows(StreamingResult& result, ResultWriter& writer) {
  for (;;) {
    const Chunk chunk(duckdb_fetch_chunk(*result.get()));
    if (!chunk) break;
    if (duckdb_data_chunk_get_size(chunk.get()) == 0) break;
    MILLRACE_TRY(writer.write(chunk.get()));
  }
  if (std::string error = result.error(); !error.empty()) return refused(std::move(error));
  return {};
}

Status stream(Connection& connection, std::string_view sql, const QueryOptions& options, Output& output) {
  MILLRACE_ASSIGN(const Prepared prepared, prepare_select(connection, sql));
  StreamingResult result;
  if (duckdb_execute_prepared_streaming(prepared.get(), result.get()) != DuckDBSuccess)
    return refused(result.error());
  const auto writer = ResultWriter::make(options, output);
  MILLRACE_TRY(writer->begin(*result.get()));
  MILLRACE_TRY(write_rows(result, *writer));
  return writer->end();
}

}  // namespace

Status run_query(Connection& connection, std::string_view sql, const QueryOptions& options, Output& output) {
  MILLRACE_TRY(check_sql_text(sql));
  MILLRACE_ASSIGN(const ReadOnlyTransaction transaction, ReadOnlyTransaction::begin(connection));
  const Watchdog watchdog(connection, options.timeout, options.stop);
  const Status status = stream(connection, sql, options, output);
  if (!status.has_value()) MILLRACE_TRY(watchdog.verdict());
  return status;
}

Status check_query(Connection& connection, std::string_view sql) {
  MILLRACE_TRY(check_sql_text(sql));
  MILLRACE_TRY(prepare_select(connection, sql));
  return {};
}

}  // namespace millrace
