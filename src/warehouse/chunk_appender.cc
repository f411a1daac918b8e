#include "warehouse/chunk_appender.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

#include "base/check.h"

namespace millrace {
namespace {

const std::uint64_t kRowsPerChunk = duckdb_vector_size();

std::unexpected<Error> append_error(const char* message) {
  return fail(ErrorCode::kIo, std::string("cannot append to the warehouse: ") +
                                  (message != nullptr ? message : "no reason given"));
}

}  // namespace

Result<ChunkAppender> ChunkAppender::open(Connection& connection, const char* schema, const char* table) {
  const std::string name = sql_name(schema) + "." + sql_name(table);
  MILLRACE_ASSIGN(std::vector<LogicalType> types, connection.column_types("FROM " + name));
  auto feed = std::make_unique<ChunkFeed>(std::move(types));
  Prepared insert;
  const ChunkFeed::Use use(*feed);
  if (duckdb_prepare(connection.raw(),
                     fmt::format("INSERT INTO {} FROM {}()", name, ChunkFeed::kFunction).c_str(),
                     insert.out()) != DuckDBSuccess) {
    return append_error(duckdb_prepare_error(insert.get()));
  }
  return ChunkAppender(std::move(feed), std::move(insert));
}

// DuckDB keeps up to 12 bytes in the value itself, and points to longer texts.
void ChunkAppender::put(std::string_view text) {
  if (text.data() == nullptr) return skip();
  duckdb_string_t& value = static_cast<duckdb_string_t*>(chunk_->columns[column_++].data)[row_];
  value.value.inlined.length = static_cast<std::uint32_t>(text.size());
  if (text.size() <= sizeof(value.value.inlined.inlined)) {
    std::memset(value.value.inlined.inlined, 0, sizeof(value.value.inlined.inlined));
    std::memcpy(value.value.inlined.inlined, text.data(), text.size());
    return;
  }
  std::memcpy(value.value.pointer.prefix, text.data(), sizeof(value.value.pointer.prefix));
  value.value.pointer.ptr = const_cast<char*>(chunk_->texts.copy(text));
}

Status ChunkAppender::end_row() {
  MILLRACE_CHECK(column_ == chunk_->columns.size());
  if (++row_ < kRowsPerChunk) return {};
  if (feed_->is_full()) return flush();
  feed_->end_chunk(row_);
  rows_before_ += std::exchange(row_, 0);
  chunk_ = &feed_->start_chunk();
  return {};
}

Status ChunkAppender::flush() {
  feed_->end_chunk(row_);
  rows_before_ += std::exchange(row_, 0);
  const ChunkFeed::Use use(*feed_);
  duckdb_result result;
  const duckdb_state state = duckdb_execute_prepared(insert_.get(), &result);
  Status status;
  if (state != DuckDBSuccess) status = append_error(duckdb_result_error(&result));
  duckdb_destroy_result(&result);
  chunk_ = &feed_->restart();
  return status;
}

}  // namespace millrace
