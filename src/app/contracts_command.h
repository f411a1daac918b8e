// millrace contracts: what records mean; the contracts that there are, and whether one is sound, breaks its
// readers, or fits a file.
#pragma once

#include <string>
#include <vector>

#include "app/session.h"
#include "base/clock.h"
#include "base/result.h"

namespace millrace {

struct ContractsOptions {
  enum class Action { kList, kShow, kLint, kDiff, kTest } action = Action::kList;
  std::vector<std::string> contracts;  // names of built-in ones, or files: of show, lint, diff
  std::string contract;                // of test; empty: told by the file's names
  std::string file;                    // of test; - for standard input
  std::size_t limit = 20;              // records that are shown, of test
  bool json = false;
};

// kExitChecksFailed when a contract has errors, when a version does not say that something breaks, or when
// records are refused. Needs no data folder and stores nothing.
Result<int> contracts(const ContractsOptions& options, const Clock& clock, Session& session);

}  // namespace millrace
