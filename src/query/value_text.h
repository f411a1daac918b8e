// One value of a result as text.
#pragma once

#include <duckdb.h>

#include <string>

#include "query/value_type.h"

namespace millrace {

// False for the few types that have no text here (BIT, BIGNUM, VARIANT, …): SQL casts them to VARCHAR.
bool has_text(const CellType& type);

bool is_null(duckdb_vector vector, idx_t row);

// Appends the value, which is not NULL, as result_writer.h says: as plain text, or as one JSON value.
void append_plain(std::string& out, const CellType& type, duckdb_vector vector, idx_t row);
void append_json(std::string& out, const CellType& type, duckdb_vector vector, idx_t row);

}  // namespace millrace
