// millrace run: the platform with its page, until it is stopped.
#pragma once

#include <string>

#include "app/data_folder.h"
#include "app/session.h"
#include "base/clock.h"
#include "warehouse/warehouse.h"

namespace millrace {

struct RunOptions {
  std::string listen = "127.0.0.1:8080";
};

Result<int> run(const RunOptions& options, const DataFolder& folder, Warehouse& warehouse, const Clock& clock,
                Session& session);

}  // namespace millrace
