// millrace load: files into the warehouse, exactly once.
#pragma once

#include <string>
#include <vector>

#include "app/session.h"
#include "base/clock.h"
#include "warehouse/warehouse.h"

namespace millrace {

struct LoadOptions {
  std::vector<std::string> paths;
  std::string contract;  // its name or file; empty: told by the first records of each file
  bool dry_run = false;
  bool again = false;
  bool quiet = false;
  unsigned workers = 0;  // 0: one a core
  bool json = false;     // the summary as JSON
};

// Returns the exit code: 0, 1 when a file could not be read, 4 when some records were refused, 130 when
// stopped.
Result<int> load(const LoadOptions& options, Warehouse& warehouse, const Clock& clock, Session& session);

}  // namespace millrace
