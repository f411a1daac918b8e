// The forms that need no look at more than one row at a time.
#pragma once

#include "query/result_writer.h"

namespace millrace {

class JsonWriter final : public ResultWriter {
 public:
  // As one array, or with a line for each row.
  enum class Layout { kArray, kLines };
  JsonWriter(Layout layout, Output& output) : ResultWriter(output), layout_(layout) {}

  Status write(duckdb_data_chunk chunk) override;
  Status end() override;

 private:
  Status begin_columns() override;
  void append_row(std::string& text, duckdb_data_chunk chunk, idx_t row) const;

  Layout layout_;
  std::vector<std::string> keys_;  // quoted, with their colon
  bool first_ = true;
};

// OWASP, CSV injection: what makes a spreadsheet take a cell for a formula. Numbers are none.
bool looks_like_formula(std::string_view text);

// RFC 4180, but lines end with a single newline. NULL is an empty cell, an empty text is "".
class CsvWriter final : public ResultWriter {
 public:
  CsvWriter(bool guard_formulas, Output& output) : ResultWriter(output), guard_formulas_(guard_formulas) {}

  Status write(duckdb_data_chunk chunk) override;
  Status end() override { return {}; }

 private:
  Status begin_columns() override;
  void append_cell(std::string& text, std::string_view cell, bool is_number) const;

  bool guard_formulas_;
};

}  // namespace millrace
