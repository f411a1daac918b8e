#include "warehouse/row_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

namespace millrace {
namespace {

using Content = RowColumn::Content;

std::string type_of(const ContractProperty& property) {
  if (property.field == CanonicalField::kDeviceType) return "device_type";
  if (property.field == CanonicalField::kCurrency) return "currency_code";
  switch (property.type) {
    case ValueType::kText:
      return "VARCHAR";
    case ValueType::kInteger:
      return property.field == CanonicalField::kQuantity ? "INTEGER" : "BIGINT";
    case ValueType::kDecimal:
      return "DECIMAL(18,4)";
    case ValueType::kDouble:
      return "DOUBLE";
    case ValueType::kBoolean:
      return "BOOLEAN";
    case ValueType::kTimestamp:
      return "TIMESTAMP";
  }
  return "VARCHAR";
}

// Named for each column: DuckDB's own search for the best method costs more than it saves.
std::string_view compression_of(const RowColumn& column, const Contract& contract) {
  if (column.content == Content::kEventId || column.content == Content::kContentHash ||
      column.type == "DOUBLE" || column.type == "BOOLEAN") {
    return "uncompressed";
  }
  if (column.type != "VARCHAR" && column.type != "JSON") return "bitpacking";
  if (column.content != Content::kProperty) return "dict_fsst";
  const auto field = contract.properties[column.property].field;
  const bool nearly_unique = field == CanonicalField::kSessionId || field == CanonicalField::kUserId ||
                             field == CanonicalField::kOrderId || contract.identity.id == column.property;
  return nearly_unique ? "uncompressed" : "dict_fsst";
}

std::string definition(const RowColumn& column, const Contract& contract) {
  // A later version may do without a content hash, or without a column for the event type.
  const bool always = column.content == Content::kEventId || column.content == Content::kSourceId ||
                      column.content == Content::kReceivedAt || column.content == Content::kEpoch;
  return fmt::format("{} {} USING COMPRESSION {}{}", sql_name(column.name), column.type,
                     compression_of(column, contract), always ? " NOT NULL" : "");
}

struct StoredColumn {
  std::string name;
  std::string type;
};

// duckdb_columns() would tell it at once, but looks at every view of the database to do so.
Result<std::vector<StoredColumn>> stored_columns(Connection& connection, const Contract& contract) {
  MILLRACE_ASSIGN(const QueryResult table,
                  connection.query("SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() "
                                   "AND schema_name = 'records' AND table_name = ?",
                                   {contract.name}));
  if (table.row_count() == 0) return std::vector<StoredColumn>();
  MILLRACE_ASSIGN(QueryResult rows, connection.query("SELECT column_name, column_type FROM (DESCRIBE " +
                                                     table_name(contract) + ")"));
  std::vector<StoredColumn> columns;
  for (std::size_t row = 0; row < rows.row_count(); ++row)
    columns.push_back({rows.text(row, 0), rows.text(row, 1)});
  return columns;
}

// As DuckDB takes names: whatever their case.
bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

bool is_named_values(std::string_view type) {
  return type == "event_type" || type == "device_type" || type == "currency_code";
}

Status check_type(const RowColumn& column, const StoredColumn& stored, const Contract& contract) {
  const bool same =
      is_named_values(column.type) ? stored.type.starts_with("ENUM") : stored.type == column.type;
  if (same) return {};
  return fail(
      ErrorCode::kConflict,
      fmt::format("contract {} {}: its column {} is stored as {} and would become {}: give the column "
                  "another name (physicalName), or the contract",
                  contract.name, contract.version, column.name, stored.type, column.type));
}

}  // namespace

bool has_event_type_column(const Contract& contract) {
  return contract.event_type && contract.event_type->kind != EventTypeRule::Kind::kConstant;
}

bool is_told_by_event_type(const Contract& contract, std::size_t property) {
  const auto& rule = contract.event_type;
  if (!rule || rule->kind != EventTypeRule::Kind::kValues || rule->property != property) return false;
  std::set<EventType> types;
  return std::ranges::all_of(rule->cases, [&](const auto& each) { return types.insert(each.second).second; });
}

std::vector<RowColumn> row_columns(const Contract& contract) {
  std::vector<RowColumn> columns = {{Content::kEventId, "event_id", "UBIGINT"}};
  if (!contract.identity.is_position()) columns.push_back({Content::kContentHash, "content_hash", "UBIGINT"});
  if (has_event_type_column(contract)) columns.push_back({Content::kEventType, "event_type", "event_type"});
  for (std::size_t i = 0; i < contract.properties.size(); ++i) {
    if (is_told_by_event_type(contract, i)) continue;
    const ContractProperty& property = contract.properties[i];
    columns.push_back({Content::kProperty, property.column, type_of(property), i});
  }
  columns.push_back({Content::kSourceId, "source_id", "UINTEGER"});
  columns.push_back({Content::kSourcePosition, "source_position", "BIGINT"});
  columns.push_back({Content::kReceivedAt, "received_at", "TIMESTAMP"});
  columns.push_back({Content::kEpoch, "epoch", "BIGINT"});
  columns.push_back({Content::kExtra, "extra", "JSON"});
  return columns;
}

std::string table_name(const Contract& contract) {
  return "records." + sql_name(contract.name);
}

Result<std::vector<RowColumn>> stored_row_columns(Connection& connection, const Contract& contract) {
  MILLRACE_ASSIGN(const std::vector<StoredColumn> stored, stored_columns(connection, contract));
  const std::vector<RowColumn> known = row_columns(contract);
  std::vector<RowColumn> columns;
  for (const StoredColumn& column : stored) {
    const auto found =
        std::ranges::find_if(known, [&](const RowColumn& each) { return same_name(each.name, column.name); });
    columns.push_back(found != known.end() ? *found : RowColumn{Content::kNothing, column.name, column.type});
  }
  return columns;
}

Status prepare_row_table(Connection& connection, const Contract& contract) {
  MILLRACE_ASSIGN(const std::vector<StoredColumn> stored, stored_columns(connection, contract));
  std::string definitions;
  for (const RowColumn& column : row_columns(contract)) {
    const auto found = std::ranges::find_if(
        stored, [&](const StoredColumn& each) { return same_name(each.name, column.name); });
    if (stored.empty()) {
      definitions += (definitions.empty() ? "" : ", ") + definition(column, contract);
    } else if (found == stored.end()) {
      MILLRACE_TRY(connection.execute(fmt::format("ALTER TABLE {} ADD COLUMN {} {}", table_name(contract),
                                                  sql_name(column.name), column.type)));
    } else {
      MILLRACE_TRY(check_type(column, *found, contract));
    }
  }
  if (!stored.empty()) return {};
  return connection.execute(fmt::format("CREATE TABLE {} ({})", table_name(contract), definitions));
}

}  // namespace millrace
