// millrace export: a table, or the answer to a query, as files for other programs.
#pragma once

#include <chrono>
#include <string>

#include "app/session.h"
#include "base/result.h"
#include "query/table_export.h"
#include "warehouse/warehouse.h"

namespace millrace {

struct ExportOptions {
  std::string table;  // of curated unless it names another schema; empty: `query`
  std::string query;  // one SELECT
  std::string name;   // of the folder below `to`; empty: the table's, or "query"
  std::string to;     // folder, made if needed
  std::string day;    // column whose day tells the folder; empty: the table's time; "none": one file
  ExportFormat format = ExportFormat::kParquet;
  bool overwrite = false;
  bool raw_csv = false;
  std::chrono::seconds timeout{3'600};
};

// The folder appears under its name when it is whole. One that is there already is refused, or with
// `overwrite` replaced.
Result<int> export_table(const ExportOptions& options, Warehouse& warehouse, Session& session);

}  // namespace millrace
