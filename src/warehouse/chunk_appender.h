// Appends rows to one table, a data chunk at a time.
//
//   appender.begin_row();
//   appender.put(visit_key); appender.put(session_id); appender.skip(); …one call a column, in the table's
//   order MILLRACE_TRY(appender.end_row());
//
// Rows become part of the connection's transaction with close(). Used by one thread.
#pragma once

#include <duckdb.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/result.h"
#include "base/time.h"
#include "warehouse/chunk_feed.h"
#include "warehouse/database.h"

namespace millrace {

class ChunkAppender {
 public:
  static Result<ChunkAppender> open(Connection& connection, const char* schema, const char* table);

  void begin_row() { column_ = 0; }
  Status end_row();

  void skip() {  // NULL
    ChunkFeed::Column& column = chunk_->columns[column_++];
    if (column.validity == nullptr) column.make_validity();
    column.validity[row_ / 64] &= ~(std::uint64_t{1} << (row_ % 64));
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

  std::uint64_t row_count() const { return rows_before_ + row_; }

  // Hands the rows to the transaction.
  Status close() { return flush(); }

 private:
  using Prepared = DuckHandle<duckdb_prepared_statement, duckdb_destroy_prepare>;

  ChunkAppender(std::unique_ptr<ChunkFeed> feed, Prepared insert)
      : feed_(std::move(feed)), insert_(std::move(insert)), chunk_(&feed_->start_chunk()) {}
  template <typename T>
  void put_fixed(T value) {
    static_cast<T*>(chunk_->columns[column_++].data)[row_] = value;
  }
  Status flush();

  std::unique_ptr<ChunkFeed> feed_;
  Prepared insert_;
  ChunkFeed::Chunk* chunk_;  // of feed_, being filled
  std::size_t column_ = 0;
  std::uint64_t row_ = 0;          // of the chunk
  std::uint64_t rows_before_ = 0;  // in chunks before it
};

}  // namespace millrace
