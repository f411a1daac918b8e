// millrace dead-letters: what was refused, why, and its exact bytes back.
#pragma once

#include <string>

#include "app/session.h"
#include "base/result.h"
#include "query/result_format.h"
#include "warehouse/dead_letter_store.h"
#include "warehouse/warehouse.h"

namespace millrace {

struct DeadLettersOptions {
  enum class Action { kList, kShow, kExport, kReasons } action = Action::kList;
  DeadLetterFilter filter;
  std::size_t limit = 100;
  ResultFormat format = ResultFormat::kTable;
  std::string to_folder;  // export: one file a dead letter here, named by id; empty: lines to out
};

Result<int> dead_letters(const DeadLettersOptions& options, Warehouse& warehouse, Session& session);

}  // namespace millrace
