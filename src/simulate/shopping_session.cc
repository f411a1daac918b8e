#include "simulate/shopping_session.h"

#include <algorithm>

#include "base/check.h"

namespace millrace {
namespace {

constexpr std::uint32_t kStepsMax = 9;  // before the purchase
constexpr std::uint32_t kBuysPercent = 40;
constexpr std::uint32_t kNamelessPercent = 2;
constexpr std::uint32_t kCartPercent = 20;  // of steps behind a view
constexpr std::uint32_t kRemovePercent = 5;

}  // namespace

ShoppingSession::ShoppingSession(std::uint64_t number, std::uint32_t customer, Random& random)
    : number_(number),
      customer_(customer),
      steps_left_(static_cast<std::uint8_t>(1 + random.below(kStepsMax))),
      buys_(random.below(100) < kBuysPercent),
      has_name_(random.below(100) >= kNamelessPercent) {}

bool ShoppingSession::is_in_cart(std::uint32_t product) const {
  return std::find(cart_.begin(), cart_.begin() + cart_size_, product) != cart_.begin() + cart_size_;
}

SessionStep ShoppingSession::next(const CatalogTimeline& timeline, const Popularity& popularity,
                                  Random& random) {
  MILLRACE_CHECK(!is_over());
  if (steps_left_ == 0) {
    const std::uint32_t product = cart_[--cart_size_];
    const bool on_sale = timeline.catalog()[product].on_sale;
    return {on_sale ? SessionStepKind::kPurchase : SessionStepKind::kRemoveFromCart, product};
  }
  --steps_left_;
  const std::uint32_t percent = random.below(100);
  if (percent < kCartPercent && has_begun_ && cart_size_ < cart_.size() && !is_in_cart(viewed_) &&
      timeline.catalog()[viewed_].on_sale) {
    cart_[cart_size_++] = viewed_;
    return {SessionStepKind::kCart, viewed_};
  }
  if (percent >= 100 - kRemovePercent && cart_size_ > 0) {
    return {SessionStepKind::kRemoveFromCart, cart_[--cart_size_]};
  }
  has_begun_ = true;
  viewed_ = timeline.draw_product(popularity, random);
  return {SessionStepKind::kView, viewed_};
}

void ShoppingSession::append_name(std::uint64_t seed, std::string& out) const {
  constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::array<char, 11> letters;
  std::uint64_t left = scramble(scramble(seed) + number_);  // one to one: no two numbers give the same
  for (char& letter : letters) {
    letter = kLetters[left % kLetters.size()];
    left /= kLetters.size();
  }
  out.append(letters.data(), letters.size());
}

}  // namespace millrace
