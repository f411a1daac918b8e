#include "event/test_rows.h"

#include <fmt/format.h>

#include <string>

#include "base/time.h"

namespace millrace {
namespace {

std::string value_text(const FieldValue& value, ValueType type) {
  if (!value.present) return "nothing";
  switch (type) {
    case ValueType::kText:
      return json_quoted(value.text);
    case ValueType::kDouble:
      return fmt::format("{}", value.number);
    default:
      return fmt::format("{}", value.integer);
  }
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? "\"\"" : std::string(1, c);
  return field + '"';
}

bool is_bare_in_json(const ContractProperty& property) {
  switch (property.type) {
    case ValueType::kText:
      return false;
    case ValueType::kTimestamp:
      return property.time_format && property.time_format->is_epoch();
    default:
      return true;
  }
}

rc::Gen<std::string> whole_text(std::int64_t from, std::int64_t to) {
  return rc::gen::map(rc::gen::inRange(from, to + 1), [](std::int64_t n) { return std::to_string(n); });
}

rc::Gen<std::string> decimal_text(std::int64_t from_units, std::int64_t to_units) {
  return rc::gen::map(rc::gen::inRange(from_units, to_units + 1),
                      [](std::int64_t units) { return format_decimal(Decimal{units}); });
}

rc::Gen<std::string> time_text() {
  return rc::gen::map(rc::gen::inRange<std::int64_t>(-2'000'000'000'000'000, 4'000'000'000'000'000),
                      [](std::int64_t micros) { return format_timestamp(Timestamp{micros}); });
}

rc::Gen<std::string> one_of(std::vector<std::string> texts) {
  return rc::gen::elementOf(std::move(texts));
}

// A value of a property of test_typed().
rc::Gen<std::string> typed_value(const ContractProperty& property) {
  if (!property.values.empty()) return one_of(property.values);
  if (property.length_min) return one_of({"ab", "a,b", "\"\"", "ab\ncd", "é"});
  if (property.field == CanonicalField::kCurrency) return one_of({"USD", "EUR"});
  if (property.field == CanonicalField::kDeviceType) return one_of({"desktop", "mobile", "tablet"});
  if (!property.strip_suffix.empty()) return one_of({"17850.0", "17850", "a.0.0"});
  switch (property.type) {
    case ValueType::kText:
      return rc::gen::nonEmpty(test_text());
    case ValueType::kInteger:
      return whole_text(property.minimum ? -10 : -2'000'000'000, property.maximum ? 10 : 2'000'000'000);
    case ValueType::kDecimal:
      return property.maximum ? decimal_text(0, 10'000'000)
                              : decimal_text(-Decimal::kUnitsMax, Decimal::kUnitsMax);
    case ValueType::kDouble:
      return one_of({"0.1", "-0.25", "1e-300", "0", "-0.0", "1"});
    case ValueType::kBoolean:
      return one_of({"true", "false"});
    case ValueType::kTimestamp:
      return property.time_format ? whole_text(0, 4'000'000'000) : time_text();
  }
  return rc::gen::just(std::string());
}

}  // namespace

std::string test_description(const Contract& contract, const DecodedRow& decoded) {
  if (!decoded.readable) {
    return fmt::format("{}: {}: {}", code(decoded.refusal.reason), decoded.refusal.message,
                       decoded.refusal.payload);
  }
  const Row& row = decoded.row;
  std::string text = fmt::format("readable {:016x} {:016x}", row.event_id, row.content_hash);
  if (contract.event_type) text += fmt::format(" {}", canonical_name(row.type));
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    text += fmt::format("\n {} {}", contract.properties[i].name,
                        value_text(row.fields[i], contract.properties[i].type));
  }
  return text + fmt::format("\n extra {}", row.extra.data() == nullptr ? "none" : row.extra);
}

std::string written_as_csv(const TestRow& row) {
  std::string record;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) record += ',';
    record += csv_field(row[i]);
  }
  return record;
}

std::string written_as_json(const TestRow& row, const Contract& contract) {
  std::string record = "{";
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i].empty()) continue;
    if (record.size() > 1) record += ", ";
    const ContractProperty& property = contract.properties[i];
    record += fmt::format("{}: {}", json_quoted(property.name),
                          is_bare_in_json(property) ? row[i] : json_quoted(row[i]));
  }
  return record + "}";
}

rc::Gen<TestRow> test_row(const Contract& contract) {
  return rc::gen::exec([contract] {
    TestRow row;
    for (const ContractProperty& property : contract.properties) {
      const bool there = property.required || *rc::gen::arbitrary<bool>();
      row.push_back(there ? *typed_value(property) : std::string());
    }
    return row;
  });
}

rc::Gen<std::string> test_text() {
  const auto characters = rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "a", ",", "\"", "\n", "\r", "\\", "<", "\x01", "\x7f", "é", "\u2028", "😀", " "));
  return rc::gen::map(characters, [](const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += part;
    return text;
  });
}

}  // namespace millrace
