#include "query/value_type.h"

#include "warehouse/database.h"

namespace millrace {
namespace {

using LogicalType = DuckHandle<duckdb_logical_type, duckdb_destroy_logical_type>;

std::string take(char* text) {
  std::string taken = text == nullptr ? "" : text;
  duckdb_free(text);
  return taken;
}

CellType child(duckdb_logical_type owned) {
  return CellType::of(LogicalType(owned).get());
}

void read_enum(duckdb_logical_type type, CellType& value) {
  value.storage = duckdb_enum_internal_type(type);
  for (idx_t i = 0; i < duckdb_enum_dictionary_size(type); ++i) {
    value.labels.push_back(take(duckdb_enum_dictionary_value(type, i)));
  }
}

void read_struct(duckdb_logical_type type, CellType& value) {
  for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
    value.labels.push_back(take(duckdb_struct_type_child_name(type, i)));
    value.children.push_back(child(duckdb_struct_type_child_type(type, i)));
  }
}

void read_union(duckdb_logical_type type, CellType& value) {
  for (idx_t i = 0; i < duckdb_union_type_member_count(type); ++i) {
    value.labels.push_back(take(duckdb_union_type_member_name(type, i)));
    value.children.push_back(child(duckdb_union_type_member_type(type, i)));
  }
}

}  // namespace

CellType CellType::of(duckdb_logical_type type) {
  CellType value;
  value.id = duckdb_get_type_id(type);
  switch (value.id) {
    case DUCKDB_TYPE_DECIMAL:
      value.storage = duckdb_decimal_internal_type(type);
      value.scale = duckdb_decimal_scale(type);
      break;
    case DUCKDB_TYPE_VARCHAR:
      value.is_json = take(duckdb_logical_type_get_alias(type)) == "JSON";
      break;
    case DUCKDB_TYPE_ENUM:
      read_enum(type, value);
      break;
    case DUCKDB_TYPE_LIST:
      value.children.push_back(child(duckdb_list_type_child_type(type)));
      break;
    case DUCKDB_TYPE_ARRAY:
      value.array_size = duckdb_array_type_array_size(type);
      value.children.push_back(child(duckdb_array_type_child_type(type)));
      break;
    case DUCKDB_TYPE_MAP:
      value.children.push_back(child(duckdb_map_type_key_type(type)));
      value.children.push_back(child(duckdb_map_type_value_type(type)));
      break;
    case DUCKDB_TYPE_STRUCT:
      read_struct(type, value);
      break;
    case DUCKDB_TYPE_UNION:
      read_union(type, value);
      break;
    default:
      break;
  }
  return value;
}

bool CellType::is_number() const {
  switch (id) {
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_BIGNUM:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
      return true;
    default:
      return false;
  }
}

}  // namespace millrace
