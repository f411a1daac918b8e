// One visit to the simulated shop, before it is written down.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/decimal.h"
#include "base/time.h"
#include "simulate/campaigns.h"
#include "simulate/shop.h"

namespace millrace {

struct SimulatedPageView {
  Page page = Page::kHome;
  Referrer referrer = Referrer::kNone;
};

struct SimulatedCartAdd {
  std::size_t product = 0;  // in products()
  std::int32_t quantity = 0;
};

struct SimulatedVisit {
  static constexpr std::size_t kPageViewsMax = 6;
  static constexpr std::size_t kCartAddsMax = 3;

  Timestamp time;  // of every event of the visit; whole seconds
  std::uint64_t session_number = 0;
  std::uint64_t user_number = 0;
  Device device = Device::kMobile;
  std::size_t user_agent = 0;
  std::int32_t latitude_micros = 0;  // millionths of a degree
  std::int32_t longitude_micros = 0;
  std::array<SimulatedPageView, kPageViewsMax> page_view_slots{};
  std::size_t page_view_count = 0;
  std::array<SimulatedCartAdd, kCartAddsMax> cart_add_slots{};
  std::size_t cart_add_count = 0;
  const Campaign* campaign = nullptr;  // that brought the visit: then it is the first view's referrer
  bool bought = false;                 // all that is in the cart, in one purchase
  std::uint64_t order_number = 0;

  std::span<const SimulatedPageView> page_views() const { return {page_view_slots.data(), page_view_count}; }
  std::span<const SimulatedCartAdd> cart_adds() const { return {cart_add_slots.data(), cart_add_count}; }

  void view(Page page, Referrer referrer) { page_view_slots[page_view_count++] = {page, referrer}; }
  void add_to_cart(std::size_t product, std::int32_t quantity) {
    cart_add_slots[cart_add_count++] = {product, quantity};
  }
};

inline Decimal line_amount(const SimulatedCartAdd& line) {
  return {products()[line.product].price.units * line.quantity};
}

inline Decimal cart_amount(const SimulatedVisit& visit) {
  Decimal sum;
  for (const SimulatedCartAdd& line : visit.cart_adds()) sum.units += line_amount(line).units;
  return sum;
}

}  // namespace millrace
