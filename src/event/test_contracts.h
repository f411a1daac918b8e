// Contracts for tests of the row decoder, made by hand: those of the public shapes, and one with every type
// and rule.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

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

inline Contract test_clicks(RecordFormat format = RecordFormat::kJsonLines) {
  return TestContract("clicks", format)
      .property("event_id")
      .property("event_time", ValueType::kTimestamp)
      .required()
      .field(CanonicalField::kEventTime)
      .property("product_id")
      .field(CanonicalField::kProductId)
      .property("user_id")
      .field(CanonicalField::kUserId)
      .property("page_url")
      .field(CanonicalField::kPageUrl)
      .event_type(EventTypeRule::Kind::kPresence, "product_id", {{"", EventType::kViewItem}})
      .known_by("event_id", {"event_time", "product_id", "user_id", "page_url"})
      .take();
}

inline Contract test_transactions(RecordFormat format = RecordFormat::kJsonLines) {
  return TestContract("transactions", format)
      .property("event_id")
      .property("event_time", ValueType::kTimestamp)
      .required()
      .field(CanonicalField::kEventTime)
      .property("product_id")
      .required()
      .field(CanonicalField::kProductId)
      .property("store_id")
      .required()
      .field(CanonicalField::kStoreId)
      .property("qty", ValueType::kInteger)
      .required()
      .field(CanonicalField::kQuantity)
      .between(0, 1'000'000'000)
      .event_type(EventType::kPurchaseLine)
      .known_by("event_id", {"event_time", "product_id", "store_id", "qty"})
      .take();
}

inline Contract test_stock(RecordFormat format = RecordFormat::kJsonLines) {
  return TestContract("stock", format)
      .property("event_id")
      .property("event_time", ValueType::kTimestamp)
      .required()
      .field(CanonicalField::kEventTime)
      .property("product_id")
      .required()
      .field(CanonicalField::kProductId)
      .property("warehouse_id")
      .required()
      .field(CanonicalField::kWarehouseId)
      .property("delta", ValueType::kInteger)
      .required()
      .field(CanonicalField::kDelta)
      .between(-1'000'000'000, 1'000'000'000)
      .event_type(EventType::kStockDelta)
      .known_by("event_id", {"event_time", "product_id", "warehouse_id", "delta"})
      .take();
}

inline Contract test_ecom_events(RecordFormat format = RecordFormat::kCsv) {
  return TestContract("ecom_events", format)
      .property("event_time", ValueType::kTimestamp)
      .required()
      .field(CanonicalField::kEventTime)
      .time_format("yyyy-MM-dd HH:mm:ss 'UTC'")
      .property("event_type")
      .required()
      .property("product_id")
      .required()
      .field(CanonicalField::kProductId)
      .property("category_id")
      .property("category_code")
      .field(CanonicalField::kCategory)
      .property("brand")
      .field(CanonicalField::kBrand)
      .property("price", ValueType::kDecimal)
      .required()
      .field(CanonicalField::kPrice)
      .between(0, {})
      .property("user_id")
      .required()
      .field(CanonicalField::kUserId)
      .property("user_session")
      .field(CanonicalField::kSessionId)
      .event_type(EventTypeRule::Kind::kValues, "event_type",
                  {{"view", EventType::kViewItem},
                   {"cart", EventType::kAddToCart},
                   {"remove_from_cart", EventType::kRemoveFromCart},
                   {"purchase", EventType::kPurchase}})
      .take();
}

inline Contract test_orders(RecordFormat format = RecordFormat::kJsonLines) {
  return TestContract("orders", format)
      .property("order_id")
      .required()
      .field(CanonicalField::kOrderId)
      .property("order_placed_at", ValueType::kTimestamp)
      .required()
      .field(CanonicalField::kEventTime)
      .property("order_rating", ValueType::kInteger)
      .between(1, 5)
      .property("vendor_id")
      .required()
      .property("vendor_name")
      .required()
      .property("vendor_address")
      .property("vendor_vertical")
      .required()
      .property("customer_id")
      .required()
      .field(CanonicalField::kUserId)
      .property("customer_registered_at", ValueType::kTimestamp)
      .property("item_sku")
      .required()
      .field(CanonicalField::kProductId)
      .property("item_name")
      .required()
      .field(CanonicalField::kProductName)
      .property("item_price", ValueType::kDecimal)
      .required()
      .field(CanonicalField::kPrice)
      .between(0, {})
      .property("item_quantity", ValueType::kInteger)
      .required()
      .field(CanonicalField::kQuantity)
      .between(1, 1'000'000'000)
      .event_type(EventType::kOrder)
      .known_by("order_id", {})
      .take();
}

inline Contract test_catalog_changes(RecordFormat format = RecordFormat::kJsonLines) {
  return TestContract("catalog_changes", format)
      .property("changed_at", ValueType::kTimestamp)
      .required()
      .property("item_sku")
      .required()
      .property("vendor_id")
      .required()
      .property("change")
      .required()
      .values({"new", "price", "name", "withdrawn"})
      .property("item_name")
      .property("item_price", ValueType::kDecimal)
      .between(0, {})
      .known_by({}, {"changed_at", "item_sku", "vendor_id", "change", "item_name", "item_price"})
      .take();
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

// Every contract above, by its name.
inline const std::map<std::string, Contract, std::less<>>& test_contracts() {
  static const std::map<std::string, Contract, std::less<>> contracts = [] {
    std::map<std::string, Contract, std::less<>> map;
    for (Contract contract : {test_clicks(), test_transactions(), test_stock(), test_ecom_events(),
                              test_orders(), test_catalog_changes(), test_typed()}) {
      std::string name = contract.name;
      map.emplace(std::move(name), std::move(contract));
    }
    return map;
  }();
  return contracts;
}

}  // namespace millrace
