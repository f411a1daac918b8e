// SQL written by a person, run so that it can read the warehouse and do nothing else.
//
// What keeps it so, from the outside in: the database was opened with files, extensions and settings closed
// (warehouse/database.h); the text calls no function that sql_guard.h refuses; it is one statement; that
// statement is a SELECT, or an EXPLAIN of one (which also refuses TEMP tables); it runs in a read-only
// transaction; a watchdog stops it; its result is streamed, so that memory stays flat whatever its size.
#pragma once

#include <chrono>
#include <stop_token>
#include <string_view>

#include "base/result.h"
#include "query/output.h"
#include "query/result_format.h"

namespace millrace {

class Connection;

struct QueryOptions {
  ResultFormat format = ResultFormat::kTable;
  std::chrono::milliseconds timeout{60'000};  // from the first look at the statement to the last row written
  std::stop_token stop;
  std::size_t width = 0;           // columns of the terminal at which a table is cut; 0: never cut
  bool guard_csv_formulas = true;  // a leading ' before cells that a spreadsheet would take for a formula
};

// Writes the answer to `output` as it comes. After an error, what was written is not a whole answer.
// `connection` must have no open transaction, and has none afterwards. Errors: kInvalidArgument with DuckDB's
// own words for what is wrong in the statement, kCancelled after the time-out or `stop`, and whatever
// `output` returns.
Status run_query(Connection& connection, std::string_view sql, const QueryOptions& options, Output& output);

// Refuses what run_query() would refuse, and runs nothing.
Status check_query(Connection& connection, std::string_view sql);

}  // namespace millrace
