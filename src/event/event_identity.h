// What makes an event the same event: its visit, type, time and content, however it was written. Equal events
// of one message are different events, so the number of equal ones before is part of it.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "event/occurrence_counter.h"
#include "event/visit.h"

namespace millrace {

// The ids of one message's events, in their order. Ids are stored: what is hashed never changes. Not
// thread-safe.
class EventIdentity {
 public:
  // A new message of this visit.
  void begin(std::uint64_t visit_key);

  // `items` are those of the event, if it is a purchase.
  std::uint64_t id_of(const Event& event, std::span<const PurchaseItem> items);

 private:
  void add(std::string_view text);
  void add(Decimal value) { add_raw(value.units); }
  void add(const PurchaseItem& item);
  template <typename Integer>
  void add_raw(Integer value) {
    std::array<char, sizeof(Integer)> raw;
    std::memcpy(raw.data(), &value, sizeof(Integer));
    bytes_.append(raw.data(), raw.size());
  }

  std::uint64_t visit_key_ = 0;
  std::string bytes_;  // the content of one event in a row
  OccurrenceCounter equal_events_;
};

}  // namespace millrace
