#include "warehouse/chunk_feed.h"

namespace millrace {

thread_local ChunkFeed* ChunkFeed::current_ = nullptr;

void ChunkFeed::Column::make_validity() {
  duckdb_vector_ensure_validity_writable(vector);
  validity = duckdb_vector_get_validity(vector);
}

Status ChunkFeed::add_function(duckdb_connection connection) {
  DuckHandle<duckdb_table_function, duckdb_destroy_table_function> function(duckdb_create_table_function());
  duckdb_table_function_set_name(function.get(), kFunction);
  duckdb_table_function_set_bind(function.get(), bind);
  duckdb_table_function_set_init(function.get(), init);
  duckdb_table_function_set_function(function.get(), feed);
  if (duckdb_register_table_function(connection, function.get()) == DuckDBSuccess) return {};
  return fail(ErrorCode::kInternal, "cannot make the function that rows are appended by");
}

void ChunkFeed::bind(duckdb_bind_info info) {
  if (current_ == nullptr)
    return duckdb_bind_set_error(info, "only the program itself can call this function");
  for (std::size_t i = 0; i < current_->types_.size(); ++i) {
    duckdb_bind_add_result_column(info, ("c" + std::to_string(i)).c_str(), current_->types_[i].get());
  }
  duckdb_bind_set_bind_data(info, current_, [](void*) {});
}

void ChunkFeed::feed(duckdb_function_info info, duckdb_data_chunk output) {
  static_cast<ChunkFeed*>(duckdb_function_get_bind_data(info))->feed_next(output);
}

void ChunkFeed::feed_next(duckdb_data_chunk output) {
  if (fed_ == started_) return duckdb_data_chunk_set_size(output, 0);
  const Chunk& chunk = *chunks_[fed_++];
  for (std::size_t i = 0; i < chunk.columns.size(); ++i) {
    duckdb_vector_reference_vector(duckdb_data_chunk_get_vector(output, i), chunk.columns[i].vector);
  }
  duckdb_data_chunk_set_size(output, duckdb_data_chunk_get_size(chunk.rows.get()));
}

ChunkFeed::Chunk& ChunkFeed::start_chunk() {
  if (started_ == chunks_.size()) chunks_.push_back(make_chunk());
  Chunk& chunk = *chunks_[started_++];
  duckdb_data_chunk_reset(chunk.rows.get());
  for (Column& column : chunk.columns) column.validity = nullptr;
  chunk.texts.clear();
  return chunk;
}

void ChunkFeed::end_chunk(std::uint64_t row_count) {
  duckdb_data_chunk_set_size(chunks_[started_ - 1]->rows.get(), row_count);
}

ChunkFeed::Chunk& ChunkFeed::restart() {
  started_ = 0;
  fed_ = 0;
  return start_chunk();
}

std::unique_ptr<ChunkFeed::Chunk> ChunkFeed::make_chunk() const {
  auto chunk = std::make_unique<Chunk>();
  std::vector<duckdb_logical_type> types;
  for (const LogicalType& type : types_) types.push_back(type.get());
  *chunk->rows.out() = duckdb_create_data_chunk(types.data(), types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk->rows.get(), i);
    chunk->columns.push_back({vector, duckdb_vector_get_data(vector), nullptr});
  }
  return chunk;
}

}  // namespace millrace
