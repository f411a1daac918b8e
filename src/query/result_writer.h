// The rows of a query as a table for people, JSON, NDJSON or CSV.
//
// In JSON, what a JavaScript reader could not take exactly is a string: decimals always, integers beyond
// 2^53, NaN and infinity. Times are ISO 8601 (a TIMESTAMP is UTC and ends with Z), a BLOB is base64; lists,
// structs and maps are arrays and objects, and a JSON column stands as it is. Tables and CSV show nested
// values as that JSON and a BLOB as \x and hex digits.
#pragma once

#include <duckdb.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/guarded_query.h"
#include "query/output.h"
#include "query/value_type.h"

namespace millrace {

struct ResultColumn {
  std::string name;  // unique within the result
  CellType type;
};

// One result: begin once, any number of chunks, end once. Not thread-safe.
class ResultWriter {
 public:
  static std::unique_ptr<ResultWriter> make(const QueryOptions& options, Output& output);
  virtual ~ResultWriter() = default;

  Status begin(duckdb_result& result);
  virtual Status write(duckdb_data_chunk chunk) = 0;
  virtual Status end() = 0;

 protected:
  explicit ResultWriter(Output& output) : output_(output) {}
  virtual Status begin_columns() = 0;

  Output& output_;
  std::vector<ResultColumn> columns_;
};

}  // namespace millrace
