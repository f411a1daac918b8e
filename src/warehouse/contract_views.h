// The views that people query, over the tables of all contracts: curated.events holds what happened whatever
// its source, curated.clicks, .transactions, .stock, .orders and so on one shape each, and curated.<contract>
// the records of one contract under the source's own names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/contract.h"

namespace millrace {

// Whether a view or a table of the platform has this name, so that no contract of another shape may.
bool is_reserved_table_name(std::string_view name);

// Statements that make all views, for the contracts that have tables. In the order in which views need each
// other.
std::string create_views_sql(const std::vector<const Contract*>& contracts);

// Those among them that are not the same for the contracts before. No others need to be made again, because a
// view has the same columns whatever the contracts are.
std::string changed_views_sql(const std::vector<const Contract*>& before,
                              const std::vector<const Contract*>& after);

}  // namespace millrace
