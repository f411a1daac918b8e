// What a person's SQL may call, decided from its text before DuckDB sees it.
//
// Most of what must not happen is refused by DuckDB itself: files, settings and extensions are closed when
// the database is opened, and statements run in a read-only transaction (guarded_query.h). Left are functions
// that a SELECT can call and that change the running program (`enable_logging(storage = 'file')` alone makes
// every later statement of every connection fail), that hide SQL inside a string, or that make one value of
// any size, which neither the memory limit nor the time limit of DuckDB catches; their lengths must therefore
// stand in the text as literals. An over-long value can still be built step by step, by a recursive query for
// one: the memory limit of the process is the last line.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"

namespace millrace {

inline constexpr std::int64_t kRepeatedLengthMax = 1'000'000;  // characters that repeat, lpad, rpad may make
inline constexpr std::int64_t kSeriesLengthMax = 10'000'000;   // values that range, generate_series may make

// Refuses text that calls a function outside the rules above. Thread-safe.
Status check_sql_text(std::string_view sql);

// For EXPLAIN: the statement that is explained, as it stands in the text. The text itself when there is no
// EXPLAIN.
std::string_view explained_statement(std::string_view sql);

// Table functions that a person may call. Every other table function of the tested DuckDB is refused: the
// test beside this file compares both lists with duckdb_functions(), so that a new one has to be judged
// first.
std::span<const std::string_view> allowed_table_functions();
std::span<const std::string_view> refused_functions();

}  // namespace millrace
