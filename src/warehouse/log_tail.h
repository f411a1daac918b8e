// What a kill in the middle of a commit leaves at the end of DuckDB's write-ahead log, and how it is taken
// away before DuckDB reads it.
//
// DuckDB 1.5.6 forgets the rows of an unfinished commit only where they stand in the log themselves. Of row
// groups that the transaction had written into the database file (122,880 rows or more), the log holds
// pointers, and its replay makes those rows visible although their commit never ended (duckdb/duckdb, pull
// request 25931). So the log is cut behind its last finished transaction.
#pragma once

#include <string>

#include "base/result.h"

namespace millrace {

// Nothing else may have the log open. A log that is not there, or of a form that is not known here, is left
// as it is.
Status cut_unfinished_transaction(const std::string& log_path);

}  // namespace millrace
