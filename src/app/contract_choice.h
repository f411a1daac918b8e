// The contract that a person names: by its name, or by a file.
#pragma once

#include <string>

#include "app/session.h"
#include "base/result.h"
#include "event/contract.h"

namespace millrace {

class ContractStore;

// A contract that the store knows by this name, else the one in this file, which the store then knows. Errors
// say what is wrong with the file, or which names there are.
Result<const Contract*> find_contract(const std::string& name_or_file, ContractStore& contracts,
                                      const Session& session);

}  // namespace millrace
