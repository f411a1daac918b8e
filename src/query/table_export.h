// The rows of a SELECT as files that other programs read: Parquet, CSV or JSON lines, a folder for each day.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "base/result.h"

namespace millrace {

class Connection;

enum class ExportFormat { kParquet, kCsv, kNdjson };

struct ExportRequest {
  std::string select;       // one SELECT; passes the guards of guarded_query.h
  std::string time_column;  // whose day tells the folder, event_date=2024-07-01; empty: one file
  ExportFormat format = ExportFormat::kParquet;
  bool guard_csv_formulas = true;  // a leading ' before cells that a spreadsheet would take for a formula
  std::chrono::milliseconds timeout{3'600'000};
  std::stop_token stop;
};

// Writes the files into `folder`, where DuckDB may write (Database::export_folder), and returns the number of
// rows. Rows without a time stand under event_date=__HIVE_DEFAULT_PARTITION__. After an error what is there
// is not whole. `connection` must have no open transaction, and has none afterwards. Errors as those of
// run_query().
Result<std::uint64_t> export_select(Connection& connection, const ExportRequest& request,
                                    const std::string& folder);

}  // namespace millrace
