// What the records of a source mean: their columns with the rules for each, what kind of event a record is,
// what it is known by, and where its values go. Made from a file (contract_file.h); all decoders of flat
// records, the tables that hold them and their views follow it.
//
// "Property" is the standard's word for a column of a CSV file or a member of a JSON object.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "event/time_format.h"
#include "event/vocabulary.h"

namespace millrace {

enum class RecordFormat : std::uint8_t { kJsonLines, kCsv };
enum class HeaderLine : std::uint8_t { kRequired, kOptional, kNone };

enum class ValueType : std::uint8_t { kText, kInteger, kDecimal, kDouble, kBoolean, kTimestamp };
inline constexpr auto kValueTypeNames =
    std::to_array<std::string_view>({"string", "integer", "number", "double", "boolean", "timestamp"});
inline std::string_view name(ValueType type) {
  return kValueTypeNames[static_cast<std::size_t>(type)];
}

// The columns of curated.events that a property can be.
enum class CanonicalField : std::uint8_t {
  kEventTime,
  kSessionId,
  kUserId,
  kDeviceType,
  kPageUrl,
  kReferrerUrl,
  kProductId,
  kProductName,
  kCategory,
  kBrand,
  kPrice,
  kQuantity,
  kOrderId,
  kAmount,
  kCurrency,
  kStoreId,
  kWarehouseId,
  kDelta,
};
inline constexpr auto kCanonicalFieldNames = std::to_array<std::string_view>(
    {"event_time", "session_id", "user_id", "device_type", "page_url", "referrer_url", "product_id",
     "product_name", "category", "brand", "price", "quantity", "order_id", "amount", "currency", "store_id",
     "warehouse_id", "delta"});
inline std::string_view name(CanonicalField field) {
  return kCanonicalFieldNames[static_cast<std::size_t>(field)];
}

struct ContractProperty {
  std::string name;    // as the source writes it
  std::string column;  // in the contract's table; its name unless said otherwise
  ValueType type = ValueType::kText;
  bool required = false;  // must be there, and not be one of null_texts
  std::optional<CanonicalField> field;
  std::optional<TimeFormat> time_format;  // of kTimestamp; without one: ISO 8601
  std::vector<std::string> null_texts;    // read as no value, beside the empty text and JSON's null
  std::vector<std::string> values;        // all that are allowed; empty: any
  std::optional<Decimal> minimum;         // of numbers, included
  std::optional<Decimal> maximum;
  std::optional<std::size_t> length_min;  // of texts, in bytes
  std::optional<std::size_t> length_max;
  std::string strip_suffix;    // cut from the end of a text: `.0` makes 17850 of 17850.0
  std::string classification;  // such as public or restricted; empty: not said
  std::string description;

  friend bool operator==(const ContractProperty&, const ContractProperty&) = default;
};

// What kind of event a record is.
struct EventTypeRule {
  enum class Kind : std::uint8_t {
    kConstant,  // always `otherwise`
    kValues,    // by the text of a property, one of `cases`; another text is an unknown event type
    kPrefixes,  // by how the text of a property starts, first match of `cases`, else `otherwise`
    kPresence,  // `cases[0]` when the property has a value, else `otherwise`
  };
  Kind kind = Kind::kConstant;
  std::size_t property = 0;                              // in Contract::properties; unless kConstant
  std::vector<std::pair<std::string, EventType>> cases;  // kPresence: one, with an empty text
  EventType otherwise = EventType::kPageView;

  friend bool operator==(const EventTypeRule&, const EventTypeRule&) = default;
};

// What makes a record the same record: the sender's id where it has a value, else the values of some
// properties, else (neither given) its position, for data where equal rows are real.
struct RecordIdentity {
  std::optional<std::size_t> id;    // in Contract::properties
  std::vector<std::size_t> fields;  // in Contract::properties

  bool is_position() const { return !id && fields.empty(); }
  friend bool operator==(const RecordIdentity&, const RecordIdentity&) = default;
};

// Which of the named tables a contract's rows belong to, beside curated.events.
enum class Shape : std::uint8_t {
  kVisits,
  kClicks,
  kTransactions,
  kStock,
  kEcomEvents,
  kOrders,
  kCatalogChanges,
  kEvents
};
inline constexpr auto kShapeNames = std::to_array<std::string_view>(
    {"visits", "clicks", "transactions", "stock", "ecom_events", "orders", "catalog_changes", "events"});
inline std::string_view name(Shape shape) {
  return kShapeNames[static_cast<std::size_t>(shape)];
}

struct Contract {
  std::string name;  // [a-z][a-z0-9_]*, at most 48 long: the table is named after it
  std::string version;
  std::string description;
  Shape shape = Shape::kEvents;
  RecordFormat format = RecordFormat::kJsonLines;
  char delimiter = ',';                       // CSV
  HeaderLine header = HeaderLine::kRequired;  // CSV
  std::vector<ContractProperty>
      properties;  // in the order of CSV columns; none for visits, which have a decoder of their own
  std::optional<EventTypeRule> event_type;  // nothing: the rows are no events
  RecordIdentity identity;
  std::string currency;  // of rows that name none; empty: unknown
  std::string text;      // the file it was made from

  bool is_nested() const { return shape == Shape::kVisits; }
  bool goes_by_position() const { return !is_nested() && identity.is_position(); }
  std::optional<std::size_t> property_named(std::string_view wanted) const;
  std::optional<std::size_t> property_for(CanonicalField field) const;
};

}  // namespace millrace
