#include "event/vocabulary.h"

#include <algorithm>

namespace millrace {
namespace {

static_assert(kEventTypeNames.size() == static_cast<std::size_t>(EventType::kAdjustment) + 1);
static_assert(std::ranges::is_sorted(kCurrencyCodes), "found by binary search");
static_assert(kCurrencyCodes.size() <= 255);

constexpr std::uint8_t kUsDollar =
    static_cast<std::uint8_t>(std::ranges::lower_bound(kCurrencyCodes, "USD") - kCurrencyCodes.begin());

template <typename Names>
std::optional<std::uint8_t> find(const Names& names, std::string_view name) {
  for (std::uint8_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint8_t> device_type_index(std::string_view name) {
  return find(kDeviceTypeNames, name);
}

std::optional<std::uint8_t> visit_category_index(std::string_view name) {
  return find(kVisitCategoryNames, name);
}

std::optional<std::uint8_t> currency_index(std::string_view code) {
  if (code.size() != 3) return std::nullopt;
  if (code == "USD") return kUsDollar;  // the most frequent one by far
  const auto found = std::ranges::lower_bound(kCurrencyCodes, code);
  if (found == kCurrencyCodes.end() || *found != code) return std::nullopt;
  return static_cast<std::uint8_t>(found - kCurrencyCodes.begin());
}

std::string_view visit_shape_name(EventType type) {
  return type == EventType::kAddToCart ? "add_item_to_cart" : canonical_name(type);
}

std::optional<EventType> event_type_from_visit_shape(std::string_view name) {
  if (name == "page_view") return EventType::kPageView;
  if (name == "add_item_to_cart") return EventType::kAddToCart;
  if (name == "purchase") return EventType::kPurchase;
  return std::nullopt;
}

}  // namespace millrace
