// Appends rows to one table through DuckDB's appender, a data chunk at a time.
//
//   appender.begin_row();
//   appender.put(visit_key); appender.put(session_id); appender.skip(); …one call a column, in the table's
//   order MILLRACE_TRY(appender.end_row());
//
// Rows become part of the connection's transaction with close(). Used by one thread.
#pragma once

#include <duckdb.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/result.h"
#include "base/time.h"
#include "warehouse/database.h"
#include "warehouse/text_arena.h"

namespace millrace {

class ChunkAppender {
 public:
  static Result<ChunkAppender> open(Connection& connection, const char* schema, const char* table);

  void begin_row() { column_ = 0; }
  Status end_row();

  void skip() {  // NULL
    columns_[column_++].validity[row_ / 64] &= ~(std::uint64_t{1} << (row_ % 64));
  }
  void put(std::string_view
               text);  // also for BLOBs; a null view is NULL; the bytes are copied; UTF-8 has been checked
  void put(std::uint64_t value) { put_fixed(value); }
  void put(std::int64_t value) { put_fixed(value); }
  void put(std::uint32_t value) { put_fixed(value); }
  void put(std::int32_t value) { put_fixed(value); }
  void put(std::uint8_t value) { put_fixed(value); }  // ENUMs of up to 255 names
  void put(double value) { put_fixed(value); }
  void put(bool value) { put_fixed(value); }
  void put(Timestamp value) { put_fixed(value.micros); }
  void put(Decimal value) { put_fixed(value.units); }  // DECIMAL(18,4) is stored as its units
  template <typename T>
  void put(const std::optional<T>& value) {
    value ? put(*value) : skip();
  }

  std::uint64_t row_count() const { return rows_appended_ + row_; }

  // Hands the rows to the transaction.
  Status close();

 private:
  static void destroy(duckdb_appender* appender) { duckdb_appender_destroy(appender); }
  using Appender = DuckHandle<duckdb_appender, destroy>;
  using Chunk = DuckHandle<duckdb_data_chunk, duckdb_destroy_data_chunk>;

  struct Column {
    void* data;
    std::uint64_t* validity;
  };

  ChunkAppender() = default;
  template <typename T>
  void put_fixed(T value) {
    static_cast<T*>(columns_[column_++].data)[row_] = value;
  }
  void start_chunk();
  Status flush_chunk();
  std::unexpected<Error> appender_error();

  Appender appender_;
  Chunk chunk_;
  TextArena texts_;  // bytes of the chunk's longer texts; DuckDB copies them when the chunk is appended
  std::vector<Column> columns_;
  std::size_t column_ = 0;
  std::uint64_t row_ = 0;
  std::uint64_t rows_appended_ = 0;
};

}  // namespace millrace
