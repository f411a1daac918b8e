// The canonical names of what happens in a shop. They follow GA4's e-commerce events; the sender's own name
// is kept beside them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace {

enum class EventType : std::uint8_t {
  kPageView,
  kViewItem,
  kAddToCart,
  kRemoveFromCart,
  kBeginCheckout,
  kPurchase,
  kRefund,
  kPurchaseLine,
  kStockDelta,
  kStockSet,
  kOrder,
  kAdjustment,
};

// Names by value: what is stored is the position in these lists, so they only ever grow at their ends.
inline constexpr auto kEventTypeNames = std::to_array<std::string_view>(
    {"page_view", "view_item", "add_to_cart", "remove_from_cart", "begin_checkout", "purchase", "refund",
     "purchase_line", "stock_delta", "stock_set", "order", "adjustment"});
inline constexpr auto kDeviceTypeNames = std::to_array<std::string_view>({"desktop", "mobile", "tablet"});
inline constexpr auto kVisitCategoryNames =
    std::to_array<std::string_view>({"hardware", "software", "peripherals"});

// ISO 4217, list one (2024): currencies, without funds and precious metals.
inline constexpr auto kCurrencyCodes = std::to_array<std::string_view>({
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD",
    "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY",
    "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP",
    "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR",
    "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT",
    "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR",
    "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK",
    "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD",
    "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY",
    "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD",
    "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
});

// Positions in the lists above; nothing for a name that is not there.
std::optional<std::uint8_t> device_type_index(std::string_view name);
std::optional<std::uint8_t> visit_category_index(std::string_view name);
std::optional<std::uint8_t> currency_index(std::string_view code);

inline bool is_device_type(std::string_view name) {
  return device_type_index(name).has_value();
}
inline bool is_visit_category(std::string_view name) {
  return visit_category_index(name).has_value();
}
inline bool is_currency_code(std::string_view code) {
  return currency_index(code).has_value();
}

inline std::string_view canonical_name(EventType type) {
  return kEventTypeNames[static_cast<std::size_t>(type)];
}

// The names that the visit shape uses: page_view, add_item_to_cart, purchase.
std::string_view visit_shape_name(EventType type);
std::optional<EventType> event_type_from_visit_shape(std::string_view name);

}  // namespace millrace
