// millrace sql: a person's question, read-only.
#pragma once

#include <chrono>
#include <string>

#include "app/session.h"
#include "base/result.h"
#include "query/result_format.h"
#include "warehouse/warehouse.h"

namespace millrace {

struct SqlOptions {
  std::string text;  // "-" reads it from the session's in
  ResultFormat format = ResultFormat::kTable;
  std::chrono::seconds timeout{60};
  bool raw_csv = false;  // cells that a spreadsheet would take for a formula as they are
};

Result<int> sql(const SqlOptions& options, Warehouse& warehouse, Session& session);

}  // namespace millrace
