#include "event/visit_decoder.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>
#include <deque>
#include <span>

#include "base/hash.h"
#include "base/limits.h"
#include "event/event_identity.h"
#include "event/field_reader.h"
#include "event/geolocation.h"
#include "event/json_members.h"
#include "event/json_text.h"
#include "event/occurrence_counter.h"
#include "event/record_parser.h"

namespace millrace {
namespace {

namespace dom = simdjson::dom;

static_assert(VisitDecoder::kPadding >= simdjson::SIMDJSON_PADDING);

constexpr std::array<std::string_view, 6> kVisitMembers = {"session_id",  "user_id",    "device_type",
                                                           "geolocation", "user_agent", "events"};
constexpr std::array<std::string_view, 3> kEventMembers = {"event_type", "timestamp", "details"};
constexpr std::array<std::string_view, 1> kWrapperMembers = {"event"};
constexpr std::array<std::string_view, 2> kPageViewMembers = {"page_url", "referrer_url"};
constexpr std::array<std::string_view, 5> kItemMembers = {"product_id", "product_name", "category", "price",
                                                          "quantity"};
constexpr std::array<std::string_view, 4> kPurchaseMembers = {"order_id", "amount", "currency", "items"};

constexpr std::int64_t kCentUnits = Decimal::kScale / 100;

struct EventScope {
  std::int32_t index;
  bool wrapped = false;
};

}  // namespace

class VisitDecoder::Impl {
 public:
  const DecodedVisit& decode(std::string_view record, Timestamp arrival);

 private:
  void begin(std::string_view record, Timestamp arrival);
  void refuse_record(Fault fault);
  void refuse_event(std::int32_t index, Fault fault);

  Check read_visit(const dom::element& root, dom::array& events);
  void read_events(dom::array events);
  std::size_t event_size(std::int32_t index);
  Check read_event(const dom::element& element, EventScope& scope, Event& event);
  Check read_details(dom::object details, const EventScope& scope, Event& event, ExtraMembers& extras);
  Check read_page_view(dom::object details, const EventScope& scope, Event& event, ExtraMembers& extras);
  Check read_cart_add(dom::object details, const EventScope& scope, Event& event, ExtraMembers& extras);
  Check read_purchase(dom::object details, const EventScope& scope, Event& event, ExtraMembers& extras);
  Check read_item(dom::object object, const EventScope& scope, const Place& place, PurchaseItem& item,
                  ExtraMembers& extras);
  Check check_amount(const Event& event, const EventScope& scope) const;
  std::string_view keep(ExtraMembers& extras);

  RecordParser parser_;
  DecodedVisit out_;
  std::string_view record_;
  Timestamp arrival_;
  std::deque<std::string> extra_texts_;  // stable while it grows
  EventIdentity identity_;
  OccurrenceCounter pages_;
};

void VisitDecoder::Impl::begin(std::string_view record, Timestamp arrival) {
  record_ = record;
  arrival_ = arrival;
  out_.readable = false;
  out_.refusals.clear();
  out_.events_received = out_.items_received = out_.items_refused = 0;
  std::vector<Event> events = std::move(out_.visit.events);
  std::vector<PurchaseItem> items = std::move(out_.visit.items);
  events.clear();
  items.clear();
  out_.visit = Visit{};
  out_.visit.events = std::move(events);
  out_.visit.items = std::move(items);
  extra_texts_.clear();
  pages_.clear();
}

void VisitDecoder::Impl::refuse_record(Fault fault) {
  out_.refusals.push_back({fault.reason, std::move(fault.message), record_, std::nullopt});
}

void VisitDecoder::Impl::refuse_event(std::int32_t index, Fault fault) {
  const auto& texts = parser_.event_texts();
  const auto i = static_cast<std::size_t>(index);
  const std::string_view payload = i < texts.size() ? texts[i] : record_;
  out_.refusals.push_back({fault.reason, std::move(fault.message), payload, index});
}

const DecodedVisit& VisitDecoder::Impl::decode(std::string_view record, Timestamp arrival) {
  begin(record, arrival);
  if (record.size() > kRecordSizeMax) {
    refuse_record({Reason::kTooLarge, fmt::format("the record has {} bytes, at most {} are allowed",
                                                  record.size(), kRecordSizeMax)});
    return out_;
  }
  dom::element root;
  if (auto fault = parser_.parse(record, root)) {
    refuse_record(std::move(*fault));
    return out_;
  }
  dom::array events;
  if (auto fault = read_visit(root, events)) {
    refuse_record(std::move(*fault));
    return out_;
  }
  out_.readable = true;
  read_events(events);
  return out_;
}

Check VisitDecoder::Impl::read_visit(const dom::element& root, dom::array& events) {
  dom::object object;
  if (root.get(object) != simdjson::SUCCESS) {
    return Fault{Reason::kWrongTopLevelType,
                 fmt::format("the record is {}, expected an object with a visit", type_in_words(root))};
  }
  Members members;
  ExtraMembers extras;
  if (auto fault = read_members(object, kVisitMembers, members, extras, Place{})) return fault;

  Visit& visit = out_.visit;
  const Place place;
  if (auto fault = read_text(members[0], place["session_id"], visit.session_id)) return fault;
  if (auto fault = read_text(members[1], place["user_id"], visit.user_id)) return fault;
  if (auto fault = read_text(members[2], place["device_type"], visit.device_type)) return fault;
  if (!is_device_type(visit.device_type)) {
    return Fault{Reason::kUnknownEnumValue,
                 fmt::format("device_type is {}, expected desktop, mobile or tablet",
                             quoted_excerpt(visit.device_type))};
  }
  if (auto fault = read_text(members[3], place["geolocation"], visit.geolocation)) return fault;
  const auto geolocation = parse_geolocation(visit.geolocation);
  if (!geolocation) {
    return Fault{Reason::kBadGeolocation,
                 fmt::format("geolocation is {}, expected \"latitude,longitude\" in degrees, such as "
                             "\"37.7749,-122.4194\"",
                             quoted_excerpt(visit.geolocation))};
  }
  visit.latitude = geolocation->latitude;
  visit.longitude = geolocation->longitude;
  if (auto fault = read_text(members[4], place["user_agent"], visit.user_agent)) return fault;
  if (auto fault = read_list(members[5], place["events"], events)) return fault;
  visit.extra = keep(extras);
  visit.visit_key = visit_key(visit.session_id, visit.user_id, visit.device_type);
  identity_.begin(visit.visit_key);
  return {};
}

void VisitDecoder::Impl::read_events(dom::array events) {
  const bool sizes_matter = record_.size() > kEventSizeMax;
  std::int32_t index = -1;
  for (const dom::element element : events) {
    ++index;
    ++out_.events_received;
    Event event;
    EventScope scope{index};
    event.event_index = index;
    const std::size_t items_before = out_.visit.items.size();
    Check fault;
    if (parser_.is_unreadable(index)) {
      fault = Fault{Reason::kWrongType, fmt::format("events[{}] holds a number beyond 64 bits", index)};
    } else if (const std::size_t size = sizes_matter ? event_size(index) : 0; size > kEventSizeMax) {
      fault = Fault{Reason::kTooLarge, fmt::format("events[{}] has {} bytes, at most {} are allowed", index,
                                                   size, kEventSizeMax)};
    } else {
      fault = read_event(element, scope, event);
    }
    if (fault) {
      out_.visit.items.resize(items_before);
      refuse_event(index, std::move(*fault));
      continue;
    }
    event.first_of_page_in_visit =
        event.type == EventType::kPageView && pages_.count(hash64(event.page_url)) == 0;
    event.event_id = identity_.id_of(event, std::span(out_.visit.items).subspan(items_before));
    out_.visit.events.push_back(event);
  }
  out_.items_refused = out_.items_received - out_.visit.items.size();
}

std::size_t VisitDecoder::Impl::event_size(std::int32_t index) {
  const auto& texts = parser_.event_texts();
  const auto i = static_cast<std::size_t>(index);
  return i < texts.size() ? texts[i].size() : 0;
}

Check VisitDecoder::Impl::read_event(const dom::element& element, EventScope& scope, Event& event) {
  const Place place{.name = {}, .event = scope.index};
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) {
    return Fault{Reason::kWrongType,
                 fmt::format("{} is {}, expected an object", place.text(), type_in_words(element))};
  }
  Members members;
  ExtraMembers extras;
  dom::element inner;
  if (object["event"].get(inner) == simdjson::SUCCESS && inner.is_object()) {
    ExtraMembers wrapper_extras;
    if (auto fault = read_members(object, kWrapperMembers, members, wrapper_extras, place)) return fault;
    if (!wrapper_extras.empty()) extras.add_text("wrapper", wrapper_extras.take());
    scope.wrapped = true;
    object = inner.get_object().value();
    members = {};
  }
  if (auto fault = read_members(object, kEventMembers, members, extras, place)) return fault;

  std::string_view type_name;
  if (auto fault = read_text(members[0], place["event_type"], type_name)) return fault;
  const auto type = event_type_from_visit_shape(type_name);
  if (!type) {
    return Fault{Reason::kUnknownEventType,
                 fmt::format("{} is {}, expected page_view, add_item_to_cart or purchase",
                             place["event_type"].text(), quoted_excerpt(type_name))};
  }
  event.type = *type;
  if (auto fault = read_time(members[1], place["timestamp"], arrival_, event.time)) return fault;
  dom::object details;
  if (auto fault = read_object(members[2], place["details"], details)) return fault;
  ExtraMembers detail_extras;
  if (auto fault = read_details(details, scope, event, detail_extras)) return fault;
  if (!detail_extras.empty()) extras.add_text("details", detail_extras.take());
  event.extra = keep(extras);
  return {};
}

Check VisitDecoder::Impl::read_details(dom::object details, const EventScope& scope, Event& event,
                                       ExtraMembers& extras) {
  switch (event.type) {
    case EventType::kPageView:
      return read_page_view(details, scope, event, extras);
    case EventType::kAddToCart:
      return read_cart_add(details, scope, event, extras);
    case EventType::kPurchase:
      return read_purchase(details, scope, event, extras);
    default:
      return {};  // no other type comes in a visit
  }
}

Check VisitDecoder::Impl::read_page_view(dom::object details, const EventScope& scope, Event& event,
                                         ExtraMembers& extras) {
  const Place place{.name = {}, .event = scope.index, .in_details = true};
  Members members;
  if (auto fault = read_members(details, kPageViewMembers, members, extras, place)) return fault;
  if (auto fault = read_text(members[0], place["page_url"], event.page_url)) return fault;
  return read_optional_text(members[1], place["referrer_url"], event.referrer_url);
}

Check VisitDecoder::Impl::read_cart_add(dom::object details, const EventScope& scope, Event& event,
                                        ExtraMembers& extras) {
  const Place place{.name = {}, .event = scope.index, .in_details = true};
  PurchaseItem item;
  if (auto fault = read_item(details, scope, place, item, extras)) return fault;
  event.product_id = item.product_id;
  event.product_name = item.product_name;
  event.category = item.category;
  event.price = item.price;
  event.quantity = item.quantity;
  return {};
}

Check VisitDecoder::Impl::read_item(dom::object object, const EventScope& scope, const Place& place,
                                    PurchaseItem& item, ExtraMembers& extras) {
  Members members;
  if (auto fault = read_members(object, kItemMembers, members, extras, place)) return fault;
  if (auto fault = read_text(members[0], place["product_id"], item.product_id)) return fault;
  if (auto fault = read_text(members[1], place["product_name"], item.product_name)) return fault;
  if (auto fault = read_text(members[2], place["category"], item.category)) return fault;
  if (!is_visit_category(item.category)) {
    return Fault{Reason::kUnknownEnumValue,
                 fmt::format("{} is {}, expected hardware, software or peripherals", place["category"].text(),
                             quoted_excerpt(item.category))};
  }
  const auto exact = [&] { return parser_.number_text(scope.index, scope.wrapped, place.item, "price"); };
  if (auto fault = read_decimal(members[3], place["price"], exact, item.price)) return fault;
  if (item.price < Decimal{0}) {
    return Fault{Reason::kNegativePrice,
                 fmt::format("{} is {}, below zero", place["price"].text(), format_decimal(item.price))};
  }
  if (auto fault = read_quantity(members[4], place["quantity"], item.quantity)) return fault;
  const auto line_amount = multiply(item.price, item.quantity);
  if (!line_amount) {
    return Fault{
        Reason::kOutOfRange,
        fmt::format("{} times quantity has more than 14 digits before the point", place["price"].text())};
  }
  item.line_amount = *line_amount;
  return {};
}

Check VisitDecoder::Impl::read_purchase(dom::object details, const EventScope& scope, Event& event,
                                        ExtraMembers& extras) {
  const Place place{.name = {}, .event = scope.index, .in_details = true};
  Members members;
  if (auto fault = read_members(details, kPurchaseMembers, members, extras, place)) return fault;
  dom::array lines;
  const Check lines_fault = read_list(members[3], place["items"], lines);
  if (!lines_fault) out_.items_received += lines.size();

  if (auto fault = read_text(members[0], place["order_id"], event.order_id)) return fault;
  Decimal amount;
  const auto exact = [&] { return parser_.number_text(scope.index, scope.wrapped, -1, "amount"); };
  if (auto fault = read_decimal(members[1], place["amount"], exact, amount)) return fault;
  event.amount = amount;
  if (amount < Decimal{0}) {
    return Fault{Reason::kNegativePrice,
                 fmt::format("{} is {}, below zero", place["amount"].text(), format_decimal(amount))};
  }
  if (auto fault = read_text(members[2], place["currency"], event.currency)) return fault;
  if (!is_currency_code(event.currency)) {
    return Fault{Reason::kUnknownCurrency,
                 fmt::format("{} is {}, expected an ISO 4217 code such as USD", place["currency"].text(),
                             quoted_excerpt(event.currency))};
  }
  if (lines_fault) return lines_fault;

  event.items_begin = static_cast<std::uint32_t>(out_.visit.items.size());
  std::int32_t line = 0;
  for (const dom::element element : lines) {
    Place item_place = place;
    item_place.item = line++;
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS) {
      return Fault{Reason::kWrongType,
                   fmt::format("{} is {}, expected an object", item_place.text(), type_in_words(element))};
    }
    PurchaseItem item;
    ExtraMembers item_extras;
    if (auto fault = read_item(object, scope, item_place, item, item_extras)) return fault;
    item.extra = keep(item_extras);
    out_.visit.items.push_back(item);
  }
  event.items_end = static_cast<std::uint32_t>(out_.visit.items.size());
  return check_amount(event, scope);
}

Check VisitDecoder::Impl::check_amount(const Event& event, const EventScope& scope) const {
  std::optional<Decimal> sum = Decimal{0};
  for (std::uint32_t i = event.items_begin; i < event.items_end && sum; ++i) {
    sum = add(*sum, out_.visit.items[i].line_amount);
  }
  if (!sum) {
    return Fault{
        Reason::kOutOfRange,
        fmt::format("events[{}]: its items add up to more than 14 digits before the point", scope.index)};
  }
  const std::int64_t difference = event.amount->units - sum->units;
  if (difference > kCentUnits || difference < -kCentUnits) {
    return Fault{Reason::kAmountMismatch,
                 fmt::format("events[{}].details.amount is {}, but its items add up to {}", scope.index,
                             format_decimal(*event.amount), format_decimal(*sum))};
  }
  return {};
}

std::string_view VisitDecoder::Impl::keep(ExtraMembers& extras) {
  if (extras.empty()) return {};
  return extra_texts_.emplace_back(extras.take());
}

VisitDecoder::VisitDecoder() : impl_(std::make_unique<Impl>()) {}
VisitDecoder::~VisitDecoder() = default;

const DecodedVisit& VisitDecoder::decode(std::string_view record, Timestamp arrival) {
  return impl_->decode(record, arrival);
}

bool is_blank_record(std::string_view record) {
  return record.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

std::uint64_t visit_key(std::string_view session_id, std::string_view user_id, std::string_view device_type) {
  return hash64(device_type, hash64(user_id, hash64(session_id)));
}

}  // namespace millrace
