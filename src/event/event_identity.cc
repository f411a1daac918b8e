#include "event/event_identity.h"

#include "base/hash.h"

namespace millrace {

void EventIdentity::begin(std::uint64_t visit_key) {
  visit_key_ = visit_key;
  equal_events_.clear();
}

std::uint64_t EventIdentity::id_of(const Event& event, std::span<const PurchaseItem> items) {
  bytes_.clear();
  add_raw(static_cast<std::uint8_t>(event.type));
  add_raw(event.time.micros);
  if (event.type == EventType::kPageView) {
    add(event.page_url);
    add(event.referrer_url);
  } else if (event.type == EventType::kAddToCart) {
    add(event.product_id);
    add(event.product_name);
    add(event.category);
    add(*event.price);
    add_raw(*event.quantity);
  } else {
    add(event.order_id);
    add(*event.amount);
    add(event.currency);
    for (const PurchaseItem& item : items) add(item);
  }
  add(event.extra);
  const std::uint64_t content = hash64(bytes_, visit_key_);
  const std::uint32_t equal_before = equal_events_.count(content);
  return equal_before == 0 ? content : hash64(bytes_, content + equal_before);
}

// With its length, so that texts side by side never mean the same as others; a missing one is not an empty
// one.
void EventIdentity::add(std::string_view text) {
  add_raw(text.data() == nullptr ? ~std::uint32_t{0} : static_cast<std::uint32_t>(text.size()));
  bytes_.append(text);
}

void EventIdentity::add(const PurchaseItem& item) {
  add(item.product_id);
  add(item.product_name);
  add(item.category);
  add(item.price);
  add_raw(item.quantity);
  add(item.extra);
}

}  // namespace millrace
