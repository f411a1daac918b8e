// Rows in aligned columns, for people.
#pragma once

#include "query/result_writer.h"

namespace millrace {

// The first rows decide how wide columns are; a later, wider value moves the rest of its line. Control
// characters are shown as escapes, so that stored text cannot steer the terminal. NULL is shown as NULL. Ends
// with the number of rows.
class TableWriter final : public ResultWriter {
 public:
  TableWriter(std::size_t width, Output& output) : ResultWriter(output), terminal_width_(width) {}

  Status write(duckdb_data_chunk chunk) override;
  Status end() override;

 private:
  using Row = std::vector<std::string>;

  Status begin_columns() override;
  Row read_row(duckdb_data_chunk chunk, idx_t row) const;
  void append_line(std::string& text, const Row& row, bool heading) const;
  Status write_held_rows();

  std::size_t terminal_width_;
  std::vector<Row> held_;  // until widths are decided
  std::vector<std::size_t> widths_;
  bool widths_decided_ = false;
  std::uint64_t row_count_ = 0;
};

}  // namespace millrace
