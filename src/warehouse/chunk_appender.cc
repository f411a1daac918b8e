#include "warehouse/chunk_appender.h"

#include <cstring>

#include "base/check.h"

namespace millrace {
namespace {

const std::uint64_t kRowsPerChunk = duckdb_vector_size();

}  // namespace

Result<ChunkAppender> ChunkAppender::open(Connection& connection, const char* schema, const char* table) {
  ChunkAppender appender;
  if (duckdb_appender_create(connection.raw(), schema, table, appender.appender_.out()) != DuckDBSuccess) {
    return appender.appender_error();
  }
  const idx_t count = duckdb_appender_column_count(appender.appender_.get());
  std::vector<duckdb_logical_type> types(count);
  for (idx_t i = 0; i < count; ++i) types[i] = duckdb_appender_column_type(appender.appender_.get(), i);
  appender.chunk_ = Chunk(duckdb_create_data_chunk(types.data(), count));
  for (duckdb_logical_type& type : types) duckdb_destroy_logical_type(&type);
  for (idx_t i = 0; i < count; ++i) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(appender.chunk_.get(), i);
    duckdb_vector_ensure_validity_writable(vector);
    appender.columns_.push_back({duckdb_vector_get_data(vector), duckdb_vector_get_validity(vector)});
  }
  appender.start_chunk();
  return appender;
}

// The vectors are written over; only what tells NULL is set back.
void ChunkAppender::start_chunk() {
  for (const Column& column : columns_) std::memset(column.validity, 0xff, kRowsPerChunk / 8);
  texts_.clear();
  row_ = 0;
}

// DuckDB keeps up to 12 bytes in the value itself, and points to longer texts.
void ChunkAppender::put(std::string_view text) {
  if (text.data() == nullptr) return skip();
  duckdb_string_t& value = static_cast<duckdb_string_t*>(columns_[column_++].data)[row_];
  value.value.inlined.length = static_cast<std::uint32_t>(text.size());
  if (text.size() <= sizeof(value.value.inlined.inlined)) {
    std::memset(value.value.inlined.inlined, 0, sizeof(value.value.inlined.inlined));
    std::memcpy(value.value.inlined.inlined, text.data(), text.size());
    return;
  }
  std::memcpy(value.value.pointer.prefix, text.data(), sizeof(value.value.pointer.prefix));
  value.value.pointer.ptr = const_cast<char*>(texts_.copy(text));
}

Status ChunkAppender::end_row() {
  MILLRACE_CHECK(column_ == columns_.size());
  if (++row_ < kRowsPerChunk) return {};
  return flush_chunk();
}

Status ChunkAppender::flush_chunk() {
  if (row_ == 0) return {};
  duckdb_data_chunk_set_size(chunk_.get(), row_);
  if (duckdb_append_data_chunk(appender_.get(), chunk_.get()) != DuckDBSuccess) return appender_error();
  rows_appended_ += row_;
  start_chunk();
  return {};
}

Status ChunkAppender::close() {
  MILLRACE_TRY(flush_chunk());
  if (duckdb_appender_close(appender_.get()) != DuckDBSuccess) return appender_error();
  return {};
}

std::unexpected<Error> ChunkAppender::appender_error() {
  const char* message = duckdb_appender_error(appender_.get());
  return fail(ErrorCode::kIo, std::string("cannot append to the warehouse: ") +
                                  (message != nullptr ? message : "no reason given"));
}

}  // namespace millrace
