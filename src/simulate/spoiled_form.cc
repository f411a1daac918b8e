#include "simulate/spoiled_form.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "simulate/record_stream.h"

namespace millrace {
namespace {

using Way = SpoiledForm::Way;

constexpr auto kVisitForms = std::to_array<SpoiledForm>({
    {Way::kCutOff, Reason::kNotJson},
    {Way::kWrappedInList, Reason::kWrongTopLevelType},
    {Way::kWithoutMember, Reason::kMissingField, "session_id"},
    {Way::kMemberIs, Reason::kMissingField, "user_id", "null"},
    {Way::kMemberIs, Reason::kEmptyField, "user_id", R"("")"},
    {Way::kMemberIs, Reason::kWrongType, "session_id", "12345"},
    {Way::kMemberIs, Reason::kUnknownEnumValue, "device_type", R"("watch")"},
    {Way::kMemberIs, Reason::kBadGeolocation, "geolocation", R"("San Francisco")"},
    {Way::kMemberIs, Reason::kNotUtf8, "user_agent", "\"Mozilla\xFF\""},
    {Way::kMemberIs, Reason::kNullCharacter, "user_id", R"("UID\u0000")"},
    {Way::kMemberTwice, Reason::kDuplicateKey, "device_type"},
    {Way::kEventMore,
     Reason::kUnknownEventType,
     {},
     R"({"event_type": "wish", "timestamp": "2024-07-01T09:00:00", "details": {}})"},
    {Way::kEventMore,
     Reason::kBadTime,
     {},
     R"({"event_type": "page_view", "timestamp": "yesterday", "details": {"page_url": "https://example.com/home", )"
     R"("referrer_url": null}})"},
    {Way::kEventMore,
     Reason::kTimeOutOfRange,
     {},
     R"({"event_type": "page_view", "timestamp": "1969-12-31T23:59:59", "details": )"
     R"({"page_url": "https://example.com/home", "referrer_url": null}})"},
    {Way::kEventMore,
     Reason::kMissingField,
     {},
     R"({"event_type": "page_view", "timestamp": "2024-07-01T09:00:00", "details": {"referrer_url": null}})"},
    {Way::kEventMore,
     Reason::kWrongType,
     {},
     R"({"event_type": "add_item_to_cart", "timestamp": "2024-07-01T09:00:00", "details": {"product_id": "HDW-001", )"
     R"("product_name": "Notebook Terra 14", "category": "hardware", "price": 949.99, "quantity": 2.9}})"},
    {Way::kEventMore,
     Reason::kNegativePrice,
     {},
     R"({"event_type": "add_item_to_cart", "timestamp": "2024-07-01T09:00:00", "details": {"product_id": "HDW-001", )"
     R"("product_name": "Notebook Terra 14", "category": "hardware", "price": -949.99, "quantity": 2}})"},
    {Way::kEventMore,
     Reason::kOutOfRange,
     {},
     R"({"event_type": "add_item_to_cart", "timestamp": "2024-07-01T09:00:00", "details": {"product_id": "HDW-001", )"
     R"("product_name": "Notebook Terra 14", "category": "hardware", "price": 949.99, "quantity": 0}})"},
    {Way::kEventMore,
     Reason::kAmountMismatch,
     {},
     R"({"event_type": "purchase", "timestamp": "2024-07-01T09:00:00", "details": {"order_id": "ORD-1", "amount": 9.5, )"
     R"("currency": "USD", "items": [{"product_id": "HDW-001", "product_name": "Notebook Terra 14", "category": )"
     R"("hardware", "price": 949.99, "quantity": 1}]}})"},
    {Way::kEventMore,
     Reason::kUnknownCurrency,
     {},
     R"({"event_type": "purchase", "timestamp": "2024-07-01T09:00:00", "details": {"order_id": "ORD-1", "amount": 949.99, )"
     R"("currency": "BTC", "items": [{"product_id": "HDW-001", "product_name": "Notebook Terra 14", "category": )"
     R"("hardware", "price": 949.99, "quantity": 1}]}})"},
});

constexpr auto kClickForms = std::to_array<SpoiledForm>({
    {Way::kCutOff, Reason::kNotJson},
    {Way::kWrappedInList, Reason::kWrongTopLevelType},
    {Way::kWithoutMember, Reason::kMissingField, "event_time"},
    {Way::kMemberIs, Reason::kEmptyField, "event_time", R"("")"},
    {Way::kMemberIs, Reason::kBadTime, "event_time", R"("2024-02-30T09:00:00Z")"},
    {Way::kMemberIs, Reason::kTimeOutOfRange, "event_time", R"("1969-12-31T23:59:59Z")"},
    {Way::kMemberIs, Reason::kWrongType, "event_time", "1719824400"},
    {Way::kMemberIs, Reason::kWrongType, "user_id", R"(["CUS-1"])"},
    {Way::kMemberIs, Reason::kNotUtf8, "user_id", "\"CUS\xFF\""},
    {Way::kMemberIs, Reason::kNullCharacter, "user_id", R"("CUS\u0000")"},
    {Way::kMemberTwice, Reason::kDuplicateKey, "user_id"},
});

constexpr auto kTransactionForms = std::to_array<SpoiledForm>({
    {Way::kCutOff, Reason::kNotJson},
    {Way::kMemberIs, Reason::kNotJson, "qty", "Infinity"},
    {Way::kWrappedInList, Reason::kWrongTopLevelType},
    {Way::kWithoutMember, Reason::kMissingField, "store_id"},
    {Way::kMemberIs, Reason::kMissingField, "product_id", "null"},
    {Way::kMemberIs, Reason::kEmptyField, "product_id", R"("")"},
    {Way::kMemberIs, Reason::kWrongType, "qty", "2.9"},
    {Way::kMemberIs, Reason::kWrongType, "qty", "[2]"},
    {Way::kMemberIs, Reason::kWrongType, "qty", "true"},
    {Way::kMemberIs, Reason::kOutOfRange, "qty", "-2"},
    {Way::kMemberIs, Reason::kBadTime, "event_time", R"("07/01/2024 09:00")"},
    {Way::kMemberIs, Reason::kTimeOutOfRange, "event_time", R"("9999-01-01T00:00:00Z")"},
    {Way::kMemberIs, Reason::kNotUtf8, "store_id", "\"STO\xFF\""},
    {Way::kMemberIs, Reason::kNullCharacter, "store_id", R"("STO\u0000")"},
    {Way::kMemberTwice, Reason::kDuplicateKey, "qty"},
});

constexpr auto kStockForms = std::to_array<SpoiledForm>({
    {Way::kCutOff, Reason::kNotJson},
    {Way::kMemberIs, Reason::kNotJson, "delta", "NaN"},
    {Way::kWrappedInList, Reason::kWrongTopLevelType},
    {Way::kWithoutMember, Reason::kMissingField, "delta"},
    {Way::kMemberIs, Reason::kEmptyField, "warehouse_id", R"("")"},
    {Way::kMemberIs, Reason::kWrongType, "delta", R"("many")"},
    {Way::kMemberIs, Reason::kWrongType, "delta", "-0.5"},
    {Way::kMemberIs, Reason::kOutOfRange, "delta", "5000000000"},
    {Way::kMemberIs, Reason::kBadTime, "event_time", R"("now")"},
    {Way::kMemberIs, Reason::kTimeOutOfRange, "event_time", R"("9999-01-01T00:00:00Z")"},
    {Way::kMemberIs, Reason::kNotUtf8, "warehouse_id", "\"WAR\xFF\""},
    {Way::kMemberIs, Reason::kNullCharacter, "product_id", R"("SKU\u0000")"},
    {Way::kMemberTwice, Reason::kDuplicateKey, "delta"},
});

constexpr auto kEcomEventForms = std::to_array<SpoiledForm>({
    {Way::kColumnTooMany, Reason::kTooManyColumns},
    {Way::kColumnTooFew, Reason::kTooFewColumns},
    {Way::kColumnIs, Reason::kUnterminatedQuote, "brand", "\"acme"},
    {Way::kColumnIs, Reason::kUnknownEventType, "event_type", "wish"},
    {Way::kColumnIs, Reason::kEmptyField, "user_id", ""},
    {Way::kColumnIs, Reason::kBadTime, "event_time", "2024-02-30 09:00:00 UTC"},
    {Way::kColumnIs, Reason::kTimeOutOfRange, "event_time", "9999-01-01 00:00:00 UTC"},
    {Way::kColumnIs, Reason::kNegativePrice, "price", "-31.90"},
    {Way::kColumnIs, Reason::kWrongType, "price", "cheap"},
    {Way::kColumnIs, Reason::kOutOfRange, "price", "1000000000000000"},
    {Way::kColumnIs, Reason::kNotUtf8, "brand", "acm\xFF"},
    {Way::kColumnIs, Reason::kNullCharacter, "brand", std::string_view("acm\0", 4)},
});

constexpr auto kOrderForms = std::to_array<SpoiledForm>({
    {Way::kCutOff, Reason::kNotJson},
    {Way::kWrappedInList, Reason::kWrongTopLevelType},
    {Way::kWithoutMember, Reason::kMissingField, "customer_id"},
    {Way::kMemberIs, Reason::kMissingField, "item_quantity", "null"},
    {Way::kMemberIs, Reason::kEmptyField, "vendor_name", R"("")"},
    {Way::kMemberIs, Reason::kWrongType, "item_price", R"("12.50")"},
    {Way::kMemberIs, Reason::kWrongType, "item_quantity", "1.5"},
    {Way::kMemberIs, Reason::kNegativePrice, "item_price", "-12.50"},
    {Way::kMemberIs, Reason::kOutOfRange, "order_rating", "9"},
    {Way::kMemberIs, Reason::kOutOfRange, "item_quantity", "0"},
    {Way::kMemberIs, Reason::kBadTime, "order_placed_at", R"("2023-02-29T00:00:00Z")"},
    {Way::kMemberIs, Reason::kTimeOutOfRange, "order_placed_at", R"("9999-01-01T00:00:00Z")"},
    {Way::kMemberIs, Reason::kNotUtf8, "vendor_address", "\"Hauptstra\xDF\x65\""},
    {Way::kMemberIs, Reason::kNullCharacter, "item_name", R"("\u0000")"},
    {Way::kMemberTwice, Reason::kDuplicateKey, "order_rating"},
});

constexpr auto kCatalogChangeForms = std::to_array<SpoiledForm>({
    {Way::kCutOff, Reason::kNotJson},
    {Way::kWrappedInList, Reason::kWrongTopLevelType},
    {Way::kWithoutMember, Reason::kMissingField, "item_sku"},
    {Way::kMemberIs, Reason::kEmptyField, "vendor_id", R"("")"},
    {Way::kMemberIs, Reason::kUnknownEnumValue, "change", R"("discount")"},
    {Way::kMemberIs, Reason::kWrongType, "item_price", "true"},
    {Way::kMemberIs, Reason::kOutOfRange, "item_price", "-1"},
    {Way::kMemberIs, Reason::kBadTime, "changed_at", R"("soon")"},
    {Way::kMemberIs, Reason::kNotUtf8, "item_name", "\"\xC0\xAF\""},
    {Way::kMemberIs, Reason::kNullCharacter, "item_name", R"("\u0000")"},
    {Way::kMemberTwice, Reason::kDuplicateKey, "change"},
});

// Where a member of a flat object, or of a visit's front, stands in its line.
struct MemberPlace {
  std::size_t begin = 0;  // of the name's quote
  std::size_t value = 0;
  std::size_t end = 0;  // behind the value
};

MemberPlace find_member(std::string_view line, std::string_view member) {
  const std::string name = "\"" + std::string(member) + "\": ";
  MemberPlace place;
  place.begin = line.find(name);
  MILLRACE_CHECK(place.begin != std::string_view::npos);
  place.value = place.begin + name.size();
  if (line[place.value] != '"') {
    place.end = line.find_first_of(",}", place.value);
    return place;
  }
  place.end = place.value + 1;
  while (line[place.end] != '"') place.end += line[place.end] == '\\' ? 2U : 1U;
  ++place.end;
  return place;
}

std::string without_member(std::string_view record, std::string_view member) {
  const MemberPlace place = find_member(record, member);
  std::string spoiled(record);
  if (record[place.end] == ',') return spoiled.erase(place.begin, place.end + 2 - place.begin);
  return spoiled.erase(place.begin - 2, place.end + 2 - place.begin);
}

std::string with_value(std::string_view record, const SpoiledForm& form) {
  const MemberPlace place = find_member(record, form.member);
  return std::string(record).replace(place.value, place.end - place.value, form.text);
}

std::string with_member_twice(std::string_view record, std::string_view member) {
  const MemberPlace place = find_member(record, member);
  const std::string again = ", " + std::string(record.substr(place.begin, place.end - place.begin));
  return std::string(record).insert(place.end, again);
}

// Within a character of several bytes the cut would be refused for that.
std::string cut_off(std::string_view record) {
  std::size_t end = record.size() * 2 / 3;
  while ((static_cast<unsigned char>(record[end]) & 0x80) != 0) --end;
  return std::string(record.substr(0, end));
}

std::string with_event_more(std::string_view record, std::string_view event) {
  constexpr std::string_view kEnd = "]}";
  MILLRACE_CHECK(record.ends_with(kEnd));
  std::string spoiled(record.substr(0, record.size() - kEnd.size()));
  spoiled += R"(, {"event": )";
  spoiled += event;
  spoiled += "}";
  return spoiled.append(kEnd);
}

std::size_t column_number(Shape shape, std::string_view column) {
  const std::string_view header = header_line(shape);
  const std::size_t at = header.find(column);
  MILLRACE_CHECK(at != std::string_view::npos);
  return static_cast<std::size_t>(
      std::count(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(at), ','));
}

std::string with_column(Shape shape, std::string_view record, const SpoiledForm& form) {
  std::size_t begin = 0;
  for (std::size_t i = column_number(shape, form.member); i > 0; --i) begin = record.find(',', begin) + 1;
  const std::size_t end = std::min(record.find(',', begin), record.size());
  return std::string(record).replace(begin, end - begin, form.text);
}

std::string spoiled_record(Shape shape, const SpoiledForm& form, std::string_view record) {
  switch (form.way) {
    case Way::kCutOff:
      return cut_off(record);
    case Way::kWrappedInList:
      return "[" + std::string(record) + "]";
    case Way::kWithoutMember:
      return without_member(record, form.member);
    case Way::kMemberIs:
      return with_value(record, form);
    case Way::kMemberTwice:
      return with_member_twice(record, form.member);
    case Way::kColumnIs:
      return with_column(shape, record, form);
    case Way::kColumnTooMany:
      return std::string(record) + ",x";
    case Way::kColumnTooFew:
      return std::string(record.substr(0, record.rfind(',')));
    case Way::kEventMore:
      return with_event_more(record, form.text);
  }
  return {};
}

}  // namespace

std::span<const SpoiledForm> spoiled_forms(Shape shape) {
  switch (shape) {
    case Shape::kVisits:
      return kVisitForms;
    case Shape::kClicks:
      return kClickForms;
    case Shape::kTransactions:
      return kTransactionForms;
    case Shape::kStock:
      return kStockForms;
    case Shape::kEcomEvents:
      return kEcomEventForms;
    case Shape::kOrders:
      return kOrderForms;
    case Shape::kCatalogChanges:
      return kCatalogChangeForms;
    case Shape::kEvents:
      break;
  }
  return {};
}

void append_spoiled(Shape shape, const SpoiledForm& form, std::string_view line, std::string& out) {
  MILLRACE_CHECK(line.ends_with('\n'));
  out += spoiled_record(shape, form, line.substr(0, line.size() - 1));
  out += '\n';
}

}  // namespace millrace
