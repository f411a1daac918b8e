// The contracts that ship inside the program, made from the files under contracts/.
#pragma once

#include <vector>

#include "event/contract.h"

namespace millrace {

// visits, clicks, transactions, stock, ecom_events, orders, catalog_changes. Made when first asked for; safe
// to call from several threads.
const std::vector<Contract>& builtin_contracts();

// The one of visits: the only one whose records are nested.
const Contract& visit_contract();

}  // namespace millrace
