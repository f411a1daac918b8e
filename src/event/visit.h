// One visit as it is stored: a row of visits, its rows of events and of purchase_items.
//
// All text is borrowed: from the decoder's buffers, until it decodes the next record. A view with a null data
// pointer is a missing value (NULL in the warehouse).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/time.h"
#include "event/reason.h"
#include "event/vocabulary.h"

namespace millrace {

struct PurchaseItem {
  std::string_view product_id;
  std::string_view product_name;
  std::string_view category;
  Decimal price;
  std::int32_t quantity = 0;
  Decimal line_amount;  // price × quantity
  std::string_view extra;
};

struct Event {
  std::uint64_t event_id =
      0;  // hash of the visit and the content; equal events of one message are told apart
  std::int32_t event_index = 0;  // position in the visit
  EventType type = EventType::kPageView;
  bool first_of_page_in_visit = false;
  Timestamp time;
  std::string_view page_url;
  std::string_view referrer_url;
  std::string_view product_id;
  std::string_view product_name;
  std::string_view category;
  std::optional<Decimal> price;
  std::optional<std::int32_t> quantity;
  std::string_view order_id;
  std::optional<Decimal> amount;
  std::string_view currency;
  std::uint32_t items_begin = 0;  // range in Visit::items
  std::uint32_t items_end = 0;
  // JSON object of the members that no rule names; those of the details under "details", of the wrapper under
  // "wrapper".
  std::string_view extra;
};

// What a message adds to its visit: sums and bounds, so that the parts of a visit can be merged in any order.
struct VisitTotals {
  Timestamp started_at;
  Timestamp ended_at;
  std::int32_t event_count = 0;
  std::int32_t page_view_count = 0;
  std::int32_t cart_add_count = 0;
  std::int32_t purchase_count = 0;
  std::optional<Decimal>
      revenue;  // nothing when the purchases are in several currencies, or too large to add
  std::string_view currency;
};

VisitTotals total(const std::vector<Event>& events);

struct Visit {
  std::uint64_t visit_key = 0;  // hash of session_id, user_id, device_type
  std::string_view session_id;
  std::string_view user_id;
  std::string_view device_type;
  std::string_view geolocation;
  double latitude = 0;
  double longitude = 0;
  std::string_view user_agent;
  std::string_view extra;
  std::vector<Event> events;
  std::vector<PurchaseItem> items;
};

// A record, or one event of a record, that is not stored, and why.
struct Refusal {
  Reason reason;
  std::string message;                      // for a person: what, where, what was expected
  std::string_view payload;                 // the exact bytes
  std::optional<std::int32_t> event_index;  // nothing: the whole record is refused
};

}  // namespace millrace
