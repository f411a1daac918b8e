// How the rows of one contract are stored: a narrow table of its own, records.<name>, with a column for each
// property.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/contract.h"
#include "warehouse/database.h"

namespace millrace {

struct RowColumn {
  enum class Content : std::uint8_t {
    kEventId,
    kContentHash,
    kEventType,
    kProperty,
    kSourceId,
    kSourcePosition,
    kReceivedAt,
    kEpoch,
    kExtra,
    kNothing,  // of an earlier version of the contract: NULL
  };
  Content content;
  std::string name;
  std::string type;          // of DuckDB
  std::size_t property = 0;  // in Contract::properties
};

// The columns that the contract's table has, each with what it holds.
std::vector<RowColumn> row_columns(const Contract& contract);

// Whether the kind of event is a column, and not the same for all rows.
bool has_event_type_column(const Contract& contract);

// Whether the text of a property can be told from the kind of event, so that it needs no column.
bool is_told_by_event_type(const Contract& contract, std::size_t property);

// records."name"
std::string table_name(const Contract& contract);

// Makes the table, or adds the columns that it lacks. kConflict when a column has another type.
Status prepare_row_table(Connection& connection, const Contract& contract);

// The columns of the table as it stands, in its order.
Result<std::vector<RowColumn>> stored_row_columns(Connection& connection, const Contract& contract);

}  // namespace millrace
