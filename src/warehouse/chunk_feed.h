// Rows that stand ready in data chunks, and the table function by which an INSERT takes them up without a
// copy.
//
// DuckDB's own appender copies each chunk into a collection, which it then inserts in the same way.
#pragma once

#include <duckdb.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "warehouse/database.h"
#include "warehouse/text_arena.h"

namespace millrace {

// Used by one thread; while a statement that reads it runs, by nobody else.
class ChunkFeed {
 public:
  static constexpr const char* kFunction = "millrace_chunk_feed";

  struct Column {
    duckdb_vector vector;
    void* data;
    std::uint64_t* validity;  // nothing as long as no value is NULL: DuckDB is faster then

    void make_validity();
  };
  struct Chunk {
    DuckHandle<duckdb_data_chunk, duckdb_destroy_data_chunk> rows;
    std::vector<Column> columns;
    TextArena texts;  // bytes of the longer texts
  };

  explicit ChunkFeed(std::vector<LogicalType> types) : types_(std::move(types)) {}

  // Makes the function known to all connections of the database. It gives rows only to the thread that has a
  // Use, so that no other statement can call it.
  static Status add_function(duckdb_connection connection);

  // Statements that this thread prepares or runs take this feed's rows.
  class Use {
   public:
    explicit Use(ChunkFeed& feed) { current_ = &feed; }
    ~Use() { current_ = nullptr; }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
  };

  // An empty chunk behind those that have ended.
  Chunk& start_chunk();
  void end_chunk(std::uint64_t row_count);
  bool is_full() const { return started_ == kChunksMax; }

  // What was fed is forgotten.
  Chunk& restart();

 private:
  // To run a statement costs as much as a few hundred rows; more chunks leave the processor's cache.
  static constexpr std::size_t kChunksMax = 4;

  static void bind(duckdb_bind_info info);
  static void init(duckdb_init_info) {}
  static void feed(duckdb_function_info info, duckdb_data_chunk output);
  void feed_next(duckdb_data_chunk output);
  std::unique_ptr<Chunk> make_chunk() const;

  static thread_local ChunkFeed* current_;

  std::vector<LogicalType> types_;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::size_t started_ = 0;
  std::size_t fed_ = 0;
};

}  // namespace millrace
