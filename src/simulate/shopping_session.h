// What one person does in the shop, step by step: looks at products, fills a cart, perhaps buys what is in
// it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "simulate/catalog_timeline.h"
#include "simulate/popularity.h"
#include "simulate/random.h"

namespace millrace {

enum class SessionStepKind : std::uint8_t { kView, kCart, kRemoveFromCart, kPurchase };
inline constexpr auto kSessionStepNames =
    std::to_array<std::string_view>({"view", "cart", "remove_from_cart", "purchase"});

struct SessionStep {
  SessionStepKind kind = SessionStepKind::kView;
  std::uint32_t product = 0;
};

class ShoppingSession {
 public:
  ShoppingSession() = default;  // over

  ShoppingSession(std::uint64_t number, std::uint32_t customer, Random& random);

  bool is_over() const { return steps_left_ == 0 && (!buys_ || cart_size_ == 0); }

  // A product that is no longer on sale is neither put into the cart nor bought. Not when the session is
  // over.
  SessionStep next(const CatalogTimeline& timeline, const Popularity& popularity, Random& random);

  std::uint32_t customer() const { return customer_; }
  bool has_name() const { return has_name_; }

  // Eleven letters and digits, other ones for each number.
  void append_name(std::uint64_t seed, std::string& out) const;

 private:
  bool is_in_cart(std::uint32_t product) const;

  std::uint64_t number_ = 0;
  std::uint32_t customer_ = 0;
  std::uint32_t viewed_ = 0;
  std::array<std::uint32_t, 3> cart_{};
  std::uint8_t cart_size_ = 0;
  std::uint8_t steps_left_ = 0;
  bool buys_ = false;
  bool has_name_ = true;  // else the source leaves user_session empty
  bool has_begun_ = false;
};

}  // namespace millrace
