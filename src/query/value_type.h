// The type of a column, read once a result instead of once a cell.
#pragma once

#include <duckdb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

struct CellType {
  static CellType of(duckdb_logical_type type);

  // Right-aligned in tables, and never a formula in a spreadsheet.
  bool is_number() const;

  duckdb_type id = DUCKDB_TYPE_INVALID;
  duckdb_type storage = DUCKDB_TYPE_INVALID;  // of DECIMAL and ENUM
  std::uint8_t scale = 0;                     // of DECIMAL
  bool is_json = false;                       // a VARCHAR that holds JSON
  std::uint64_t array_size = 0;
  std::vector<std::string> labels;  // of ENUM: its texts; of STRUCT and UNION: their names
  std::vector<CellType> children;   // of LIST, ARRAY, MAP (key, value), STRUCT, UNION
};

}  // namespace millrace
