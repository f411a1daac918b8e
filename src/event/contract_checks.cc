// What must hold between the parts of a contract, so that its rows can be stored and its shape's tables made.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "event/contract_draft.h"
#include "event/value_reader.h"

namespace millrace {
namespace {

constexpr std::size_t kColumnSizeMax = 48;

// Columns that every stored row has or may have beside the contract's own, and those that views add.
constexpr auto kReservedColumns = std::to_array<std::string_view>(
    {"event_id", "event_type", "source_event_type", "content_hash", "source_id", "source_position",
     "source_topic", "source_partition", "source_offset", "source_file", "source_line", "received_at",
     "epoch", "extra", "currency"});

struct ShapeColumn {
  std::string_view column;
  ValueType type;
};
constexpr std::array kEcomColumns = {
    ShapeColumn{"event_time", ValueType::kTimestamp}, ShapeColumn{"event_type", ValueType::kText},
    ShapeColumn{"product_id", ValueType::kText},      ShapeColumn{"category_id", ValueType::kText},
    ShapeColumn{"category_code", ValueType::kText},   ShapeColumn{"brand", ValueType::kText},
    ShapeColumn{"price", ValueType::kDecimal},        ShapeColumn{"user_id", ValueType::kText},
    ShapeColumn{"user_session", ValueType::kText}};
constexpr std::array kOrderColumns = {ShapeColumn{"order_id", ValueType::kText},
                                      ShapeColumn{"order_placed_at", ValueType::kTimestamp},
                                      ShapeColumn{"order_rating", ValueType::kInteger},
                                      ShapeColumn{"vendor_id", ValueType::kText},
                                      ShapeColumn{"vendor_name", ValueType::kText},
                                      ShapeColumn{"vendor_address", ValueType::kText},
                                      ShapeColumn{"vendor_vertical", ValueType::kText},
                                      ShapeColumn{"customer_id", ValueType::kText},
                                      ShapeColumn{"customer_registered_at", ValueType::kTimestamp},
                                      ShapeColumn{"item_sku", ValueType::kText},
                                      ShapeColumn{"item_name", ValueType::kText},
                                      ShapeColumn{"item_price", ValueType::kDecimal},
                                      ShapeColumn{"item_quantity", ValueType::kInteger}};
constexpr std::array kCatalogColumns = {
    ShapeColumn{"changed_at", ValueType::kTimestamp}, ShapeColumn{"item_sku", ValueType::kText},
    ShapeColumn{"vendor_id", ValueType::kText},       ShapeColumn{"change", ValueType::kText},
    ShapeColumn{"item_name", ValueType::kText},       ShapeColumn{"item_price", ValueType::kDecimal}};

constexpr std::array kTransactionFields = {CanonicalField::kProductId, CanonicalField::kStoreId,
                                           CanonicalField::kQuantity};
constexpr std::array kStockFields = {CanonicalField::kProductId, CanonicalField::kWarehouseId,
                                     CanonicalField::kDelta};

std::span<const ShapeColumn> columns_of(Shape shape) {
  switch (shape) {
    case Shape::kEcomEvents:
      return kEcomColumns;
    case Shape::kOrders:
      return kOrderColumns;
    case Shape::kCatalogChanges:
      return kCatalogColumns;
    default:
      return {};
  }
}

std::span<const CanonicalField> fields_of(Shape shape) {
  if (shape == Shape::kTransactions) return kTransactionFields;
  if (shape == Shape::kStock) return kStockFields;
  return {};
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_column_character(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}
bool is_column_name(std::string_view name) {
  return !name.empty() && name.size() <= kColumnSizeMax && is_letter(name[0]) &&
         std::ranges::all_of(name, is_column_character);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

class ContractChecker {
 public:
  explicit ContractChecker(ContractDraft& draft)
      : contract_(draft.contract), draft_(draft), findings_(draft.findings) {}

  void check() {
    if (contract_.properties.empty()) {
      findings_.error(draft_.place, "the contract has no properties",
                      "list the columns under schema: properties");
    }
    for (std::size_t i = 0; i < contract_.properties.size(); ++i) {
      check_name(i);
      check_column(i);
      check_values(i);
    }
    check_event_time();
    check_currency();
    check_shape();
  }

 private:
  void check_name(std::size_t at) {
    const std::string& name = contract_.properties[at].name;
    if (name.empty()) return;  // said already
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    if (std::ranges::any_of(name, is_control)) {
      findings_.error(draft_.property_places[at],
                      fmt::format("the name {} holds a control character", shown(name)),
                      "write the name on one line, without tabs");
    }
    for (std::size_t i = 0; i < at; ++i) {
      if (contract_.properties[i].name != name) continue;
      findings_.error(draft_.property_places[at], fmt::format("there are two properties {}", shown(name)),
                      fmt::format("rename this one or the one of line {}", draft_.property_places[i].line));
      return;
    }
  }

  void check_column(std::size_t at) {
    const std::string& column = contract_.properties[at].column;
    if (column.empty()) return;
    const YamlPlace place = draft_.property_places[at];
    if (!is_column_name(column)) {
      findings_.error(
          place, fmt::format("{} cannot be the name of a column", shown(column)),
          "give the property a physicalName of at most 48 letters, digits and underscores, a letter first");
      return;
    }
    if (is_reserved(at)) {
      findings_.error(place, fmt::format("the column {} is there for every contract", column),
                      fmt::format("give the property another physicalName, such as sent_{}", lower(column)));
    }
    for (std::size_t i = 0; i < at; ++i) {
      if (lower(contract_.properties[i].column) != lower(column)) continue;
      findings_.error(place,
                      fmt::format("two properties have the column {}; case makes no difference", column),
                      fmt::format("give this one or the one of line {} another physicalName",
                                  draft_.property_places[i].line));
      return;
    }
  }

  // `currency` and `event_type` are only for what they are in the table of all events.
  bool is_reserved(std::size_t at) const {
    const ContractProperty& property = contract_.properties[at];
    const std::string column = lower(property.column);
    if (column == "currency") return property.field != CanonicalField::kCurrency;
    const auto& rule = contract_.event_type;
    if (column == "event_type")
      return !rule || rule->kind != EventTypeRule::Kind::kValues || rule->property != at;
    return std::ranges::find(kReservedColumns, column) != kReservedColumns.end();
  }

  // Each must be one that a record can have.
  void check_values(std::size_t at) {
    const ContractProperty& property = contract_.properties[at];
    const ValueReader reader(property);
    for (const std::string& value : property.values) {
      FieldValue read;
      if (!reader.read_text(value, read) && read.present) continue;
      findings_.error(
          draft_.property_places[at],
          fmt::format(
              "the valid value {} of property {} is none of its type, or means that there is no value",
              shown(value), shown(property.name)),
          "take it out of validValues, or write it as the type and missingValues ask for");
    }
  }

  void check_event_time() {
    if (!contract_.event_type) return;
    const auto time = contract_.property_for(CanonicalField::kEventTime);
    if (!time) {
      findings_.error(draft_.place, "no property is mapped to event_time, which every event has",
                      "map one: `mapping: {event_time: …}`, or write `event_type: none`");
    } else if (!contract_.properties[*time].required) {
      findings_.error(draft_.property_places[*time],
                      fmt::format("property {} is the event_time and may be missing",
                                  shown(contract_.properties[*time].name)),
                      "give it `required: true`");
    }
  }

  void check_currency() {
    const bool has_money =
        contract_.property_for(CanonicalField::kPrice) || contract_.property_for(CanonicalField::kAmount);
    if (!has_money || !contract_.currency.empty() || contract_.property_for(CanonicalField::kCurrency))
      return;
    findings_.warn(draft_.place, "prices or amounts have no currency", "write one, such as `currency: EUR`");
  }

  void check_shape() {
    for (const auto& [column, type] : columns_of(contract_.shape)) check_shape_column(column, type);
    for (const CanonicalField field : fields_of(contract_.shape)) check_shape_field(field);
    if (contract_.event_type || contract_.shape == Shape::kEvents ||
        contract_.shape == Shape::kCatalogChanges)
      return;
    findings_.error(
        draft_.place,
        fmt::format("rows of the shape {} are events, and event_type says none", name(contract_.shape)),
        "write which, or take the shape events");
  }

  void check_shape_column(std::string_view column, ValueType type) {
    const auto found = std::ranges::find(contract_.properties, column, &ContractProperty::column);
    if (found == contract_.properties.end()) {
      findings_.error(draft_.place,
                      fmt::format("the shape {} needs the column {}", name(contract_.shape), column),
                      "add the property, give one that physicalName, or take the shape events");
    } else if (found->type != type) {
      findings_.error(
          draft_.property_places[static_cast<std::size_t>(found - contract_.properties.begin())],
          fmt::format("the column {} has another type in the shape {}", column, name(contract_.shape)),
          fmt::format("give it the logicalType {}, or take the shape events", name(type)));
    }
  }

  void check_shape_field(CanonicalField field) {
    const auto found = contract_.property_for(field);
    if (!found) {
      findings_.error(draft_.place,
                      fmt::format("the shape {} needs a property that is mapped to {}", name(contract_.shape),
                                  name(field)),
                      "map one, or take the shape events");
    } else if (!contract_.properties[*found].required) {
      findings_.error(
          draft_.property_places[*found],
          fmt::format("the shape {} needs {} in every record", name(contract_.shape), name(field)),
          "give the property `required: true`, or take the shape events");
    }
  }

  Contract& contract_;
  ContractDraft& draft_;
  ContractFindings& findings_;
};

}  // namespace

void check_contract(ContractDraft& draft) {
  if (!draft.contract.is_nested()) ContractChecker(draft).check();
}

}  // namespace millrace
