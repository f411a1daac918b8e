#include "warehouse/database.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/check.h"
#include "warehouse/chunk_feed.h"
#include "warehouse/log_tail.h"

namespace millrace {
namespace {

std::string quoted(std::string_view text, char quote) {
  std::string sql(1, quote);
  for (const char c : text) {
    if (c == quote) sql += quote;
    sql += c;
  }
  return sql + quote;
}

constexpr std::string_view kTestedVersion = "v1.5.6";

// Of the log, of the one that is written while a checkpoint runs, and of both joined after a crash in one.
constexpr std::array kLogEndings = {".wal", ".checkpoint.wal", ".wal.recovery"};

using Prepared = DuckHandle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using Config = DuckHandle<duckdb_config, duckdb_destroy_config>;

// A file whose making was cut short, by a kill or a full disk: shorter than the three headers that every
// DuckDB file starts with, and nothing but their beginning. DuckDB would refuse it for ever.
bool is_unfinished(const std::string& path) {
  constexpr std::uintmax_t kHeadersSize = 3 * 4096;
  constexpr std::size_t kMagicEnd = 12;
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size >= kHeadersSize) return false;
  std::array<char, kMagicEnd> start{};
  std::ifstream(path, std::ios::binary).read(start.data(), start.size());
  const std::string_view magic(start.data() + 8, 4);
  return magic == "DUCK" || std::ranges::all_of(start, [](char c) { return c == 0; });
}

// Never deleted: it may be what is left of a warehouse that something else has damaged.
void set_aside(const std::string& path) {
  std::error_code error;  // the opening tells
  std::filesystem::rename(path, path + ".unfinished", error);
  fmt::print(stderr, "millrace: {} ends inside its headers; it is set aside as {}.unfinished\n", path, path);
}

// 128 bits from the system.
std::string unguessable_name() {
  std::random_device random;
  std::string name;
  for (int i = 0; i < 4; ++i) name += fmt::format("{:08x}", random());
  return name;
}

std::string words(const char* message) {
  return message != nullptr ? message : "no reason given";
}

}  // namespace

std::string sql_text(std::string_view text) {
  return quoted(text, '\'');
}

std::string sql_name(std::string_view name) {
  return quoted(name, '"');
}

QueryResult::QueryResult(duckdb_result result) : result_(result) {}

QueryResult::~QueryResult() {
  if (owned_) duckdb_destroy_result(&result_);
}

QueryResult::QueryResult(QueryResult&& other) noexcept : result_(other.result_), owned_(other.owned_) {
  other.owned_ = false;
}

QueryResult& QueryResult::operator=(QueryResult&& other) noexcept {
  if (this != &other) {
    if (owned_) duckdb_destroy_result(&result_);
    result_ = other.result_;
    owned_ = std::exchange(other.owned_, false);
  }
  return *this;
}

std::size_t QueryResult::row_count() const {
  return duckdb_row_count(const_cast<duckdb_result*>(&result_));
}

std::size_t QueryResult::column_count() const {
  return duckdb_column_count(const_cast<duckdb_result*>(&result_));
}

std::uint64_t QueryResult::rows_changed() const {
  return duckdb_rows_changed(const_cast<duckdb_result*>(&result_));
}

bool QueryResult::is_null(std::size_t row, std::size_t column) {
  return duckdb_value_is_null(&result_, column, row);
}

std::int64_t QueryResult::integer(std::size_t row, std::size_t column) {
  if (duckdb_column_type(&result_, column) == DUCKDB_TYPE_UBIGINT) {
    return static_cast<std::int64_t>(duckdb_value_uint64(&result_, column, row));
  }
  return duckdb_value_int64(&result_, column, row);
}

std::string QueryResult::text(std::size_t row, std::size_t column) {
  if (is_null(row, column)) return "";
  const duckdb_string value = duckdb_value_string(&result_, column, row);
  std::string text(value.data, value.size);
  duckdb_free(value.data);
  return text;
}

std::string QueryResult::blob(std::size_t row, std::size_t column) {
  if (is_null(row, column)) return "";
  const duckdb_blob value = duckdb_value_blob(&result_, column, row);
  std::string bytes(static_cast<const char*>(value.data), value.size);
  duckdb_free(value.data);
  return bytes;
}

double QueryResult::number(std::size_t row, std::size_t column) {
  return duckdb_value_double(&result_, column, row);
}

Parameter Parameter::timestamp(std::int64_t micros) {
  Parameter parameter(micros);
  parameter.kind_ = Kind::kTimestamp;
  return parameter;
}

Parameter Parameter::blob(std::string_view bytes) {
  Parameter parameter(bytes);
  parameter.kind_ = Kind::kBlob;
  return parameter;
}

Status Parameter::bind(duckdb_prepared_statement statement, idx_t index) const {
  duckdb_state state = DuckDBError;
  switch (kind_) {
    case Kind::kNull:
      state = duckdb_bind_null(statement, index);
      break;
    case Kind::kInteger:
      state = duckdb_bind_int64(statement, index, integer_);
      break;
    case Kind::kUnsigned:
      state = duckdb_bind_uint64(statement, index, unsigned_);
      break;
    case Kind::kBoolean:
      state = duckdb_bind_boolean(statement, index, integer_ != 0);
      break;
    case Kind::kText:
      state = duckdb_bind_varchar_length(statement, index, text_.data(), text_.size());
      break;
    case Kind::kTimestamp:
      state = duckdb_bind_timestamp(statement, index, {integer_});
      break;
    case Kind::kBlob:
      state = duckdb_bind_blob(statement, index, text_.data(), text_.size());
      break;
  }
  if (state != DuckDBSuccess) {
    return fail(ErrorCode::kInternal, fmt::format("cannot bind parameter {} of a statement", index));
  }
  return {};
}

Status Connection::execute(std::string_view sql) {
  duckdb_result result;
  const duckdb_state state = duckdb_query(handle_.get(), std::string(sql).c_str(), &result);
  Status status;
  if (state != DuckDBSuccess) {
    status = fail(ErrorCode::kInternal, words(duckdb_result_error(&result)));
  }
  duckdb_destroy_result(&result);
  return status;
}

Result<QueryResult> Connection::query(std::string_view sql, const std::vector<Parameter>& parameters) {
  Prepared statement;
  if (duckdb_prepare(handle_.get(), std::string(sql).c_str(), statement.out()) != DuckDBSuccess) {
    return fail(ErrorCode::kInternal, words(duckdb_prepare_error(statement.get())));
  }
  for (idx_t i = 0; i < parameters.size(); ++i) MILLRACE_TRY(parameters[i].bind(statement.get(), i + 1));
  duckdb_result result;
  if (duckdb_execute_prepared(statement.get(), &result) != DuckDBSuccess) {
    std::string message = words(duckdb_result_error(&result));
    duckdb_destroy_result(&result);
    return fail(ErrorCode::kInternal, std::move(message));
  }
  return QueryResult(result);
}

Status Connection::stream(std::string_view sql, const std::function<void(duckdb_data_chunk)>& chunk) {
  Prepared statement;
  if (duckdb_prepare(handle_.get(), std::string(sql).c_str(), statement.out()) != DuckDBSuccess) {
    return fail(ErrorCode::kInternal, words(duckdb_prepare_error(statement.get())));
  }
  DuckHandle<duckdb_pending_result, duckdb_destroy_pending> pending;
  if (duckdb_pending_prepared_streaming(statement.get(), pending.out()) != DuckDBSuccess) {
    return fail(ErrorCode::kInternal, words(duckdb_pending_error(pending.get())));
  }
  duckdb_result raw;
  if (duckdb_execute_pending(pending.get(), &raw) != DuckDBSuccess) {
    std::string message = words(duckdb_result_error(&raw));
    duckdb_destroy_result(&raw);
    return fail(ErrorCode::kInternal, std::move(message));
  }
  QueryResult result(raw);
  for (;;) {
    DuckHandle<duckdb_data_chunk, duckdb_destroy_data_chunk> next(duckdb_fetch_chunk(raw));
    if (!next) break;
    chunk(next.get());
  }
  if (const char* error = duckdb_result_error(&raw); error != nullptr)
    return fail(ErrorCode::kInternal, error);
  return {};
}

Result<std::vector<LogicalType>> Connection::column_types(std::string_view sql) {
  Prepared statement;
  if (duckdb_prepare(handle_.get(), std::string(sql).c_str(), statement.out()) != DuckDBSuccess) {
    return fail(ErrorCode::kInternal, words(duckdb_prepare_error(statement.get())));
  }
  std::vector<LogicalType> types(duckdb_prepared_statement_column_count(statement.get()));
  for (idx_t i = 0; i < types.size(); ++i) {
    types[i] = LogicalType(duckdb_prepared_statement_column_logical_type(statement.get(), i));
  }
  return types;
}

Result<Database> Database::open(const std::string& path, const DatabaseOptions& options) {
  if (duckdb_library_version() != kTestedVersion) {
    return fail(
        ErrorCode::kInternal,
        fmt::format("libduckdb is {}, but this program was built for {}: put that libduckdb.so beside it",
                    duckdb_library_version(), kTestedVersion));
  }
  Config config;
  MILLRACE_CHECK(duckdb_create_config(config.out()) == DuckDBSuccess);
  const auto set = [&](const char* key, const std::string& value) {
    MILLRACE_CHECK(duckdb_set_config(config.get(), key, value.c_str()) == DuckDBSuccess);
  };
  set("threads", std::to_string(options.threads));
  set("memory_limit", fmt::format("{}MiB", options.memory_limit_bytes >> 20));
  // Reading goes in order of insertion, which is the default and stays so: without it, 1.5.6 lets other
  // connections see rows of a transaction that is not committed. (See the test
  // NoReaderSeesAPartOfATransaction.)
  set("checkpoint_threshold", "1GB");  // checkpoints are planned by the warehouse, not met by chance
  set("write_buffer_row_group_count", "1");
  // What does not fit into memory goes beside the file; DuckDB's own choice is the folder that the program
  // stands in.
  if (path != ":memory:") set("temp_directory", path + ".tmp");
  set("autoinstall_known_extensions", "false");
  set("autoload_known_extensions", "false");

  duckdb_database handle = nullptr;
  char* message = nullptr;
  if (duckdb_open_ext(":memory:", &handle, config.get(), &message) != DuckDBSuccess) {
    std::string why = words(message);
    duckdb_free(message);
    return fail(ErrorCode::kInternal, "cannot start DuckDB: " + why);
  }
  const bool attached = path != ":memory:";
  const std::string exports = path + ".export";
  Database database(handle, attached, attached ? exports + "/" + unguessable_name() : "");
  // By ATTACH, because only there the file can be told to use the newest storage format.
  MILLRACE_ASSIGN(Connection connection, database.open_connection());
  MILLRACE_TRY(ChunkFeed::add_function(connection.raw()));
  if (attached) {
    if (is_unfinished(path)) set_aside(path);
    for (const char* log : kLogEndings) MILLRACE_TRY(cut_unfinished_transaction(path + log));
    const Status done =
        connection.execute(fmt::format("ATTACH {} AS warehouse (STORAGE_VERSION 'latest')", sql_text(path)));
    if (!done) return fail(ErrorCode::kIo, "cannot open the warehouse " + path + ": " + done.error().message);
  }
  if (attached) {
    std::error_code error;  // what a killed export left, and cannot be removed, is in nobody's way
    std::filesystem::remove_all(exports, error);
    MILLRACE_TRY(connection.execute(
        fmt::format("SET allowed_directories = [{}];", sql_text(database.export_folder_ + "/"))));
  }
  MILLRACE_TRY(connection.execute(
      "SET GLOBAL TimeZone = 'UTC'; SET enable_external_access = false; SET lock_configuration = true;"));
  return database;
}

Result<Connection> Database::connect() const {
  MILLRACE_ASSIGN(Connection connection, open_connection());
  if (attached_) MILLRACE_TRY(connection.execute("USE warehouse"));
  return connection;
}

Result<Connection> Database::open_connection() const {
  duckdb_connection handle = nullptr;
  if (duckdb_connect(handle_.get(), &handle) != DuckDBSuccess) {
    return fail(ErrorCode::kInternal, "cannot open a connection to the warehouse");
  }
  return Connection(handle);
}

}  // namespace millrace
