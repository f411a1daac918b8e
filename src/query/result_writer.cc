#include "query/result_writer.h"

#include <fmt/format.h>

#include <set>

#include "query/row_writers.h"
#include "query/table_writer.h"
#include "query/value_text.h"
#include "warehouse/database.h"

namespace millrace {
namespace {

using LogicalType = DuckHandle<duckdb_logical_type, duckdb_destroy_logical_type>;

// SELECT 1 AS a, 2 AS a has two columns of one name, which a JSON object cannot.
std::string unique_name(std::string name, std::set<std::string>& taken) {
  std::string unique = name;
  for (int i = 1; !taken.insert(unique).second; ++i) unique = fmt::format("{}_{}", name, i);
  return unique;
}

}  // namespace

std::unique_ptr<ResultWriter> ResultWriter::make(const QueryOptions& options, Output& output) {
  switch (options.format) {
    case ResultFormat::kTable:
      break;
    case ResultFormat::kJson:
      return std::make_unique<JsonWriter>(JsonWriter::Layout::kArray, output);
    case ResultFormat::kNdjson:
      return std::make_unique<JsonWriter>(JsonWriter::Layout::kLines, output);
    case ResultFormat::kCsv:
      return std::make_unique<CsvWriter>(options.guard_csv_formulas, output);
  }
  return std::make_unique<TableWriter>(options.width, output);
}

Status ResultWriter::begin(duckdb_result& result) {
  std::set<std::string> names;
  for (idx_t i = 0; i < duckdb_column_count(&result); ++i) {
    const LogicalType type(duckdb_column_logical_type(&result, i));
    const char* name = duckdb_column_name(&result, i);
    ResultColumn column{unique_name(name == nullptr ? "" : name, names), CellType::of(type.get())};
    if (!has_text(column.type)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("column {} has a type that cannot be written here: select {}::VARCHAR",
                              column.name, column.name));
    }
    columns_.push_back(std::move(column));
  }
  return begin_columns();
}

}  // namespace millrace
