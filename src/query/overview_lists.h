// The ranked lists of the Overview, and its funnel of shoppers without visits.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "query/overview.h"

namespace millrace {

class Connection;
class QueryResult;

Result<Decimal> read_money(QueryResult& rows, std::size_t row, std::size_t column);

// Fills those that overview.sql has a query for.
Status load_lists(Connection& connection, Overview& overview);

}  // namespace millrace
