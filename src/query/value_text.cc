#include "query/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string_view>

#include "base/base64.h"
#include "base/int128.h"
#include "base/json_string.h"
#include "base/time.h"
#include "query/json_text.h"

namespace millrace {
namespace {

constexpr std::int64_t kExactInJavaScript = 9'007'199'254'740'991;  // 2^53 - 1

template <typename T>
T cell(duckdb_vector vector, idx_t row) {
  return static_cast<const T*>(duckdb_vector_get_data(vector))[row];
}

std::string_view bytes_of(duckdb_vector vector, idx_t row) {
  auto* strings = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
  return {duckdb_string_t_data(&strings[row]), duckdb_string_t_length(strings[row])};
}

std::string digits_of(Uint128 value) {
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  std::ranges::reverse(digits);
  return digits;
}

std::string wide_text(Int128 value) {
  if (value >= 0) return digits_of(static_cast<Uint128>(value));
  return "-" + digits_of(Uint128{0} - static_cast<Uint128>(value));
}

Int128 wide_of(duckdb_hugeint value) {
  return static_cast<Int128>((static_cast<Uint128>(static_cast<std::uint64_t>(value.upper)) << 64) |
                             value.lower);
}

Int128 decimal_units(const CellType& type, duckdb_vector vector, idx_t row) {
  switch (type.storage) {
    case DUCKDB_TYPE_SMALLINT:
      return cell<std::int16_t>(vector, row);
    case DUCKDB_TYPE_INTEGER:
      return cell<std::int32_t>(vector, row);
    case DUCKDB_TYPE_BIGINT:
      return cell<std::int64_t>(vector, row);
    default:
      return wide_of(cell<duckdb_hugeint>(vector, row));
  }
}

std::string decimal_text(Int128 units, std::size_t scale) {
  const bool negative = units < 0;
  std::string text = wide_text(units).substr(negative ? 1 : 0);
  if (scale > 0) {
    if (text.size() <= scale) text.insert(0, scale + 1 - text.size(), '0');
    text.insert(text.size() - scale, ".");
  }
  return negative ? "-" + text : text;
}

std::string double_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{}", value);
}

std::string date_text(duckdb_date date) {
  if (!duckdb_is_finite_date(date)) return date.days > 0 ? "infinity" : "-infinity";
  const duckdb_date_struct parts = duckdb_from_date(date);
  return fmt::format("{:04}-{:02}-{:02}", parts.year, parts.month, parts.day);
}

// The zeros at the end of a fraction say nothing.
std::string without_trailing_zeros(std::string text) {
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string time_text(std::int64_t micros) {
  const duckdb_time_struct parts = duckdb_from_time({micros});
  return without_trailing_zeros(
      fmt::format("{:02}:{:02}:{:02}.{:06}", parts.hour, parts.min, parts.sec, parts.micros));
}

std::string timestamp_text(std::int64_t micros) {
  if (!duckdb_is_finite_timestamp({micros})) return micros > 0 ? "infinity" : "-infinity";
  const duckdb_timestamp_struct parts = duckdb_from_timestamp({micros});
  if (parts.date.year >= 0 && parts.date.year <= 9999) return format_timestamp({micros});
  return fmt::format("{:+05}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.date.year, parts.date.month,
                     parts.date.day, parts.time.hour, parts.time.min, parts.time.sec);
}

// Infinity keeps its meaning in every unit.
std::int64_t scaled(std::int64_t value, std::int64_t factor) {
  constexpr std::int64_t kInfinity = std::numeric_limits<std::int64_t>::max();
  if (value > kInfinity / factor) return kInfinity;
  if (value < -kInfinity / factor) return -kInfinity;
  return value * factor;
}

// The fraction of a TIMESTAMP_NS has three digits more than the rest of the program keeps.
std::string nanosecond_timestamp_text(std::int64_t nanos) {
  constexpr std::int64_t kInfinity = std::numeric_limits<std::int64_t>::max();
  if (nanos == kInfinity || nanos == -kInfinity) return timestamp_text(nanos);
  std::int64_t seconds = nanos / 1'000'000'000;
  std::int64_t rest = nanos % 1'000'000'000;
  if (rest < 0) {
    rest += 1'000'000'000;
    --seconds;
  }
  if (rest % 1'000 == 0) return timestamp_text(seconds * 1'000'000 + rest / 1'000);
  std::string text = timestamp_text(seconds * 1'000'000);
  text.insert(text.size() - 1, fmt::format(".{:09}", rest));
  return text;
}

std::string time_zone_time_text(duckdb_time_tz value) {
  const duckdb_time_tz_struct parts = duckdb_from_time_tz(value);
  const std::int64_t micros =
      ((parts.time.hour * 60LL + parts.time.min) * 60 + parts.time.sec) * 1'000'000 + parts.time.micros;
  const int minutes = std::abs(parts.offset) / 60;
  return fmt::format("{}{}{:02}:{:02}", time_text(micros), parts.offset < 0 ? '-' : '+', minutes / 60,
                     minutes % 60);
}

// ISO 8601: P1Y2M3DT4.5S.
std::string interval_text(duckdb_interval interval) {
  std::string text = "P";
  auto out = std::back_inserter(text);
  if (interval.months / 12 != 0) fmt::format_to(out, "{}Y", interval.months / 12);
  if (interval.months % 12 != 0) fmt::format_to(out, "{}M", interval.months % 12);
  if (interval.days != 0) fmt::format_to(out, "{}D", interval.days);
  if (interval.micros != 0) {
    fmt::format_to(out, "T{}S", without_trailing_zeros(decimal_text(interval.micros, 6)));
  }
  return text == "P" ? "PT0S" : text;
}

std::string uuid_text(duckdb_hugeint stored) {
  // The top bit is flipped, so that UUIDs sort as signed numbers.
  const std::uint64_t high = static_cast<std::uint64_t>(stored.upper) ^ (std::uint64_t{1} << 63);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF, high & 0xFFFF,
                     stored.lower >> 48, stored.lower & 0xFFFF'FFFF'FFFF);
}

std::string hex(std::string_view bytes) {
  std::string text = "\\x";
  for (const char byte : bytes)
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(byte));
  return text;
}

const std::string& enum_text(const CellType& type, duckdb_vector vector, idx_t row) {
  switch (type.storage) {
    case DUCKDB_TYPE_UTINYINT:
      return type.labels[cell<std::uint8_t>(vector, row)];
    case DUCKDB_TYPE_USMALLINT:
      return type.labels[cell<std::uint16_t>(vector, row)];
    default:
      return type.labels[cell<std::uint32_t>(vector, row)];
  }
}

bool is_nested(const CellType& type) {
  return !type.children.empty();
}

// Everything but texts, blobs and nested values.
std::string scalar_text(const CellType& type, duckdb_vector vector, idx_t row) {
  switch (type.id) {
    case DUCKDB_TYPE_BOOLEAN:
      return cell<bool>(vector, row) ? "true" : "false";
    case DUCKDB_TYPE_TINYINT:
      return fmt::format("{}", static_cast<int>(cell<std::int8_t>(vector, row)));
    case DUCKDB_TYPE_SMALLINT:
      return fmt::format("{}", cell<std::int16_t>(vector, row));
    case DUCKDB_TYPE_INTEGER:
      return fmt::format("{}", cell<std::int32_t>(vector, row));
    case DUCKDB_TYPE_BIGINT:
      return fmt::format("{}", cell<std::int64_t>(vector, row));
    case DUCKDB_TYPE_UTINYINT:
      return fmt::format("{}", static_cast<unsigned>(cell<std::uint8_t>(vector, row)));
    case DUCKDB_TYPE_USMALLINT:
      return fmt::format("{}", cell<std::uint16_t>(vector, row));
    case DUCKDB_TYPE_UINTEGER:
      return fmt::format("{}", cell<std::uint32_t>(vector, row));
    case DUCKDB_TYPE_UBIGINT:
      return fmt::format("{}", cell<std::uint64_t>(vector, row));
    case DUCKDB_TYPE_HUGEINT:
      return wide_text(wide_of(cell<duckdb_hugeint>(vector, row)));
    case DUCKDB_TYPE_UHUGEINT: {
      const auto value = cell<duckdb_uhugeint>(vector, row);
      return digits_of(static_cast<Uint128>(value.upper) << 64 | value.lower);
    }
    case DUCKDB_TYPE_FLOAT: {
      const float value = cell<float>(vector, row);
      return std::isfinite(value) ? fmt::format("{}", value) : double_text(value);
    }
    case DUCKDB_TYPE_DOUBLE:
      return double_text(cell<double>(vector, row));
    case DUCKDB_TYPE_DECIMAL:
      return decimal_text(decimal_units(type, vector, row), type.scale);
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return timestamp_text(cell<std::int64_t>(vector, row));
    case DUCKDB_TYPE_TIMESTAMP_S:
      return timestamp_text(scaled(cell<std::int64_t>(vector, row), 1'000'000));
    case DUCKDB_TYPE_TIMESTAMP_MS:
      return timestamp_text(scaled(cell<std::int64_t>(vector, row), 1'000));
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return nanosecond_timestamp_text(cell<std::int64_t>(vector, row));
    case DUCKDB_TYPE_DATE:
      return date_text(cell<duckdb_date>(vector, row));
    case DUCKDB_TYPE_TIME:
      return time_text(cell<std::int64_t>(vector, row));
    case DUCKDB_TYPE_TIME_TZ:
      return time_zone_time_text(cell<duckdb_time_tz>(vector, row));
    case DUCKDB_TYPE_INTERVAL:
      return interval_text(cell<duckdb_interval>(vector, row));
    case DUCKDB_TYPE_UUID:
      return uuid_text(cell<duckdb_hugeint>(vector, row));
    case DUCKDB_TYPE_ENUM:
      return enum_text(type, vector, row);
    default:
      return "";
  }
}

void append_json_or_null(std::string& out, const CellType& type, duckdb_vector vector, idx_t row) {
  if (is_null(vector, row)) {
    out += "null";
  } else {
    append_json(out, type, vector, row);
  }
}

void append_elements(std::string& out, const CellType& type, duckdb_vector child, idx_t first, idx_t count) {
  out += '[';
  for (idx_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    append_json_or_null(out, type.children[0], child, first + i);
  }
  out += ']';
}

void append_struct(std::string& out, const CellType& type, duckdb_vector vector, idx_t row) {
  out += '{';
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, type.labels[i]);
    out += ':';
    append_json_or_null(out, type.children[i], duckdb_struct_vector_get_child(vector, i), row);
  }
  out += '}';
}

// Keys are texts in JSON, whatever they were.
void append_map(std::string& out, const CellType& type, duckdb_vector vector, idx_t row) {
  const auto entry = cell<duckdb_list_entry>(vector, row);
  const duckdb_vector pairs = duckdb_list_vector_get_child(vector);
  const duckdb_vector keys = duckdb_struct_vector_get_child(pairs, 0);
  const duckdb_vector values = duckdb_struct_vector_get_child(pairs, 1);
  out += '{';
  for (idx_t i = entry.offset; i < entry.offset + entry.length; ++i) {
    if (i > entry.offset) out += ',';
    std::string key;
    append_plain(key, type.children[0], keys, i);
    append_json_string(out, key);
    out += ':';
    append_json_or_null(out, type.children[1], values, i);
  }
  out += '}';
}

// A union is a struct whose first member says which of the others holds.
void append_union(std::string& out, const CellType& type, duckdb_vector vector, idx_t row) {
  const auto tag = cell<std::uint8_t>(duckdb_struct_vector_get_child(vector, 0), row);
  append_json_or_null(out, type.children[tag], duckdb_struct_vector_get_child(vector, tag + 1u), row);
}

void append_nested(std::string& out, const CellType& type, duckdb_vector vector, idx_t row) {
  switch (type.id) {
    case DUCKDB_TYPE_LIST: {
      const auto entry = cell<duckdb_list_entry>(vector, row);
      append_elements(out, type, duckdb_list_vector_get_child(vector), entry.offset, entry.length);
      break;
    }
    case DUCKDB_TYPE_ARRAY:
      append_elements(out, type, duckdb_array_vector_get_child(vector), row * type.array_size,
                      type.array_size);
      break;
    case DUCKDB_TYPE_MAP:
      append_map(out, type, vector, row);
      break;
    case DUCKDB_TYPE_UNION:
      append_union(out, type, vector, row);
      break;
    default:
      append_struct(out, type, vector, row);
      break;
  }
}

void append_text_as_json(std::string& out, const CellType& type, std::string_view text) {
  if (type.is_json) {
    if (const auto json = compact_json(text)) {
      out += *json;
      return;
    }
  }
  append_json_string(out, text);
}

bool is_exact_in_javascript(const CellType& type, duckdb_vector vector, idx_t row) {
  switch (type.id) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
      return true;
    case DUCKDB_TYPE_BIGINT: {
      const auto value = cell<std::int64_t>(vector, row);
      return value >= -kExactInJavaScript && value <= kExactInJavaScript;
    }
    case DUCKDB_TYPE_UBIGINT:
      return cell<std::uint64_t>(vector, row) <= static_cast<std::uint64_t>(kExactInJavaScript);
    case DUCKDB_TYPE_HUGEINT: {
      const Int128 value = wide_of(cell<duckdb_hugeint>(vector, row));
      return value >= -kExactInJavaScript && value <= kExactInJavaScript;
    }
    case DUCKDB_TYPE_UHUGEINT: {
      const auto value = cell<duckdb_uhugeint>(vector, row);
      return value.upper == 0 && value.lower <= static_cast<std::uint64_t>(kExactInJavaScript);
    }
    case DUCKDB_TYPE_FLOAT:
      return std::isfinite(cell<float>(vector, row));
    case DUCKDB_TYPE_DOUBLE:
      return std::isfinite(cell<double>(vector, row));
    default:
      return false;
  }
}

}  // namespace

bool has_text(const CellType& type) {
  switch (type.id) {
    case DUCKDB_TYPE_INVALID:
    case DUCKDB_TYPE_BIT:
    case DUCKDB_TYPE_BIGNUM:
    case DUCKDB_TYPE_TIME_NS:
    case DUCKDB_TYPE_ANY:
      return false;
    default:
      break;
  }
  if (type.id > DUCKDB_TYPE_TIME_NS) return false;
  return std::ranges::all_of(type.children, has_text);
}

bool is_null(duckdb_vector vector, idx_t row) {
  std::uint64_t* validity = duckdb_vector_get_validity(vector);
  return validity != nullptr && !duckdb_validity_row_is_valid(validity, row);
}

void append_plain(std::string& out, const CellType& type, duckdb_vector vector, idx_t row) {
  if (type.id == DUCKDB_TYPE_VARCHAR) {
    out += bytes_of(vector, row);
  } else if (type.id == DUCKDB_TYPE_BLOB) {
    out += hex(bytes_of(vector, row));
  } else if (is_nested(type)) {
    append_nested(out, type, vector, row);
  } else {
    out += scalar_text(type, vector, row);
  }
}

void append_json(std::string& out, const CellType& type, duckdb_vector vector, idx_t row) {
  if (type.id == DUCKDB_TYPE_VARCHAR) {
    append_text_as_json(out, type, bytes_of(vector, row));
  } else if (type.id == DUCKDB_TYPE_BLOB) {
    append_json_string(out, base64(bytes_of(vector, row)));
  } else if (is_nested(type)) {
    append_nested(out, type, vector, row);
  } else if (is_exact_in_javascript(type, vector, row)) {
    out += scalar_text(type, vector, row);
  } else {
    append_json_string(out, scalar_text(type, vector, row));
  }
}

}  // namespace millrace
