// DuckDB's C API with owners, errors as values and nothing else. The rest of the program names no duckdb_*
// type but where rows are written or read in bulk.
#pragma once

#include <duckdb.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace millrace {

// One opaque DuckDB handle and the function that gives it back.
template <typename Handle, void (*kDestroy)(Handle*)>
class DuckHandle {
 public:
  DuckHandle() = default;
  explicit DuckHandle(Handle handle) : handle_(handle) {}
  ~DuckHandle() { reset(); }
  DuckHandle(DuckHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  DuckHandle& operator=(DuckHandle&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }

  Handle get() const { return handle_; }
  Handle* out() { return &handle_; }
  explicit operator bool() const { return handle_ != nullptr; }
  void reset() {
    if (handle_ != nullptr) kDestroy(&handle_);
    handle_ = nullptr;
  }

 private:
  Handle handle_ = nullptr;
};

using LogicalType = DuckHandle<duckdb_logical_type, duckdb_destroy_logical_type>;

std::string sql_text(std::string_view text);  // as an SQL string literal
std::string sql_name(std::string_view name);  // as a quoted SQL identifier

// A result read whole into memory: for results known to be small. Cells come as text or as integers.
// Not thread-safe.
class QueryResult {
 public:
  explicit QueryResult(duckdb_result result);
  ~QueryResult();
  QueryResult(QueryResult&& other) noexcept;
  QueryResult& operator=(QueryResult&& other) noexcept;

  std::size_t row_count() const;
  std::size_t column_count() const;
  std::uint64_t rows_changed() const;  // by INSERT, UPDATE, DELETE
  bool is_null(std::size_t row, std::size_t column);
  std::int64_t integer(std::size_t row, std::size_t column);  // 0 for NULL; for signed and unsigned types
  std::string text(std::size_t row, std::size_t column);      // as DuckDB prints it; "" for NULL; cast ENUMs
  std::string blob(std::size_t row, std::size_t column);      // the bytes of a BLOB; "" for NULL
  double number(std::size_t row, std::size_t column);         // 0 for NULL

 private:
  duckdb_result result_;
  bool owned_ = true;
};

// One value bound to a `?` of a statement.
class Parameter {
 public:
  Parameter(std::nullptr_t) {}
  Parameter(std::int64_t value) : kind_(Kind::kInteger), integer_(value) {}
  Parameter(int value) : Parameter(static_cast<std::int64_t>(value)) {}
  Parameter(std::uint64_t value) : kind_(Kind::kUnsigned), unsigned_(value) {}
  Parameter(bool value) : kind_(Kind::kBoolean), integer_(value) {}
  Parameter(std::string_view value) : kind_(Kind::kText), text_(value) {}
  Parameter(const std::string& value) : Parameter(std::string_view(value)) {}
  Parameter(const char* value) : Parameter(std::string_view(value)) {}
  static Parameter timestamp(std::int64_t micros);
  static Parameter blob(std::string_view bytes);

  Status bind(duckdb_prepared_statement statement, idx_t index) const;

 private:
  enum class Kind { kNull, kInteger, kUnsigned, kBoolean, kText, kTimestamp, kBlob };
  Kind kind_ = Kind::kNull;
  std::int64_t integer_ = 0;
  std::uint64_t unsigned_ = 0;
  std::string text_;
};

// One session with the database. Used by one thread at a time, but for interrupt().
class Connection {
 public:
  explicit Connection(duckdb_connection handle) : handle_(handle) {}

  Status execute(std::string_view sql);  // one or more statements, results thrown away
  Result<QueryResult> query(std::string_view sql, const std::vector<Parameter>& parameters = {});
  // Runs one statement and hands its result over chunk by chunk, without holding it whole.
  Status stream(std::string_view sql, const std::function<void(duckdb_data_chunk)>& chunk);
  // The types of the columns that a statement would give.
  Result<std::vector<LogicalType>> column_types(std::string_view sql);
  void interrupt() { duckdb_interrupt(handle_.get()); }  // from any thread; the running statement fails
  duckdb_connection raw() const { return handle_.get(); }

 private:
  DuckHandle<duckdb_connection, duckdb_disconnect> handle_;
};

struct DatabaseOptions {
  std::size_t memory_limit_bytes = kServeMemoryMax;
  unsigned threads = 2;  // of one query; 1 is fastest where connections of our own load side by side
};

// An open database file. Safe to share between threads: each takes a connection of its own.
class Database {
 public:
  // `path` may be ":memory:". Extensions, files and settings are closed to SQL before this returns: no
  // statement on any connection can read or write another file but those in export_folder(), or open these
  // doors again.
  static Result<Database> open(const std::string& path, const DatabaseOptions& options);

  Result<Connection> connect() const;

  // The one folder, beside the file, that statements may read and write: what is exported is made there. Its
  // name is another one each time and cannot be guessed, so that queries of people do not find what others
  // export. What was in it is gone when the database is opened. "" when there is no file.
  const std::string& export_folder() const { return export_folder_; }

 private:
  Result<Connection> open_connection() const;
  Database(duckdb_database handle, bool attached, std::string export_folder)
      : handle_(handle), attached_(attached), export_folder_(std::move(export_folder)) {}
  DuckHandle<duckdb_database, duckdb_close> handle_;
  bool attached_;  // the file is the catalog `warehouse`, beside an empty one in memory
  std::string export_folder_;
};

}  // namespace millrace
