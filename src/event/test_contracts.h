// Contracts for tests of the row decoder: those that ship inside the program, some made by hand, and one with
// every type and rule.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/builtin_contracts.h"
#include "event/contract.h"

namespace millrace {

// Builds a contract, property by property; what is set after a property is set of it.
class TestContract {
 public:
  TestContract(std::string name, RecordFormat format) {
    contract_.name = std::move(name);
    contract_.version = "1.0.0";
    contract_.format = format;
  }

  TestContract& property(std::string name, ValueType type = ValueType::kText) {
    ContractProperty property;
    property.name = property.column = std::move(name);
    property.type = type;
    contract_.properties.push_back(std::move(property));
    return *this;
  }
  TestContract& required() {
    last().required = true;
    return *this;
  }
  TestContract& field(CanonicalField field) {
    last().field = field;
    return *this;
  }
  TestContract& between(std::optional<std::int64_t> minimum, std::optional<std::int64_t> maximum) {
    if (minimum) last().minimum = Decimal{*minimum * Decimal::kScale};
    if (maximum) last().maximum = Decimal{*maximum * Decimal::kScale};
    return *this;
  }
  TestContract& values(std::vector<std::string> values) {
    last().values = std::move(values);
    return *this;
  }
  TestContract& null_texts(std::vector<std::string> texts) {
    last().null_texts = std::move(texts);
    return *this;
  }
  TestContract& length(std::optional<std::size_t> min, std::optional<std::size_t> max) {
    last().length_min = min;
    last().length_max = max;
    return *this;
  }
  TestContract& strip(std::string suffix) {
    last().strip_suffix = std::move(suffix);
    return *this;
  }
  TestContract& time_format(std::string_view pattern) {
    last().time_format = TimeFormat::compile(pattern).value();
    return *this;
  }

  TestContract& event_type(EventType constant) {
    contract_.event_type = EventTypeRule{};
    contract_.event_type->otherwise = constant;
    return *this;
  }
  TestContract& event_type(EventTypeRule::Kind kind, std::string_view property,
                           std::vector<std::pair<std::string, EventType>> cases,
                           EventType otherwise = EventType::kPageView) {
    contract_.event_type = EventTypeRule{kind, position(property), std::move(cases), otherwise};
    return *this;
  }
  TestContract& known_by(std::optional<std::string_view> id, const std::vector<std::string_view>& fields) {
    if (id) contract_.identity.id = position(*id);
    for (const std::string_view field : fields) contract_.identity.fields.push_back(position(field));
    return *this;
  }

  Contract& get() { return contract_; }
  Contract take() { return std::move(contract_); }

 private:
  ContractProperty& last() { return contract_.properties.back(); }
  std::size_t position(std::string_view name) const { return contract_.property_named(name).value(); }

  Contract contract_;
};

// The contract of this name that ships inside the program; `format` instead of its own.
inline Contract test_contract(std::string_view name, std::optional<RecordFormat> format = {}) {
  Contract contract = *std::ranges::find(builtin_contracts(), name, &Contract::name);
  if (format) contract.format = *format;
  return contract;
}

inline Contract test_clicks(RecordFormat format = RecordFormat::kJsonLines) {
  return test_contract("clicks", format);
}
inline Contract test_transactions() {
  return test_contract("transactions");
}
inline Contract test_ecom_events() {
  return test_contract("ecom_events");
}
inline Contract test_orders() {
  return test_contract("orders");
}
inline Contract test_catalog_changes() {
  return test_contract("catalog_changes");
}

// Every type and rule. Nothing in it is required but `key`.
inline Contract test_typed(RecordFormat format = RecordFormat::kCsv) {
  return TestContract("typed", format)
      .property("key")
      .required()
      .property("text")
      .length(2, 5)
      .property("whole", ValueType::kInteger)
      .between(-10, 10)
      .property("any_whole", ValueType::kInteger)
      .property("money", ValueType::kDecimal)
      .property("amount", ValueType::kDecimal)
      .field(CanonicalField::kAmount)
      .between(0, 1000)
      .property("number", ValueType::kDouble)
      .between(-1, 1)
      .property("any_number", ValueType::kDouble)
      .property("flag", ValueType::kBoolean)
      .property("time", ValueType::kTimestamp)
      .property("epoch", ValueType::kTimestamp)
      .time_format("epoch_seconds")
      .property("currency")
      .field(CanonicalField::kCurrency)
      .property("device")
      .field(CanonicalField::kDeviceType)
      .property("size", ValueType::kInteger)
      .values({"36", "38", "40"})
      .property("grade")
      .values({"a", "b"})
      .null_texts({"NULL", "n/a"})
      .property("customer")
      .strip(".0")
      .property("quantity", ValueType::kInteger)
      .field(CanonicalField::kQuantity)
      .known_by("key", {})
      .take();
}

}  // namespace millrace
