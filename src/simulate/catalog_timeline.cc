#include "simulate/catalog_timeline.h"

#include <algorithm>

#include "simulate/random_streams.h"

namespace millrace {
namespace {

constexpr std::int64_t kSecondMicros = 1'000'000;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kDayMicros = kDaySeconds * kSecondMicros;
constexpr std::uint32_t kNeverWithdrawn = kLabProducts + 10;
constexpr std::int64_t kProductsPerDailyChange = 50;

constexpr std::uint32_t kPricePercent = 60;
constexpr std::uint32_t kNamePercent = 20;
constexpr std::uint32_t kNewPercent = 12;

// Each change has seconds of its own, so that no two come at the same one; the first is left to the start.
static_assert(kSimulatedProductsMax / kProductsPerDailyChange < kDaySeconds);

}  // namespace

CatalogTimeline::CatalogTimeline(const WorldOptions& options, std::uint32_t vendor_count)
    : catalog_(options, vendor_count),
      random_(options.seed, random_stream::kCatalogChanges),
      start_{options.start.micros / kDayMicros * kDayMicros},
      days_(options.days),
      changes_a_day_(std::max<std::int64_t>(1, (options.products - kLabProducts) / kProductsPerDailyChange)),
      launched_(0),
      launches_at_start_(options.products - (options.products - kLabProducts) / 10),
      withdrawn_max_((options.products - kLabProducts) / 10) {
  plan();
}

std::optional<CatalogChange> CatalogTimeline::next() {
  const auto change = upcoming_;
  if (!change) return std::nullopt;
  apply(*change);
  plan();
  return change;
}

void CatalogTimeline::plan() {
  if (launched_ < launches_at_start_) {
    upcoming_ = {.at = start_, .kind = CatalogChangeKind::kNew, .product = launched_};
    return;
  }
  const auto at = next_time();
  upcoming_ = at ? std::optional(draw_change(*at)) : std::nullopt;
}

std::optional<Timestamp> CatalogTimeline::next_time() {
  const std::int64_t day = changes_planned_ / changes_a_day_;
  if (day == days_) return std::nullopt;
  const std::int64_t of_day = changes_planned_++ % changes_a_day_;
  const std::int64_t from = 1 + of_day * (kDaySeconds - 1) / changes_a_day_;
  const std::int64_t to = 1 + (of_day + 1) * (kDaySeconds - 1) / changes_a_day_;
  const std::int64_t second = from + random_.below(static_cast<std::uint32_t>(to - from));
  return Timestamp{start_.micros + day * kDayMicros + second * kSecondMicros};
}

CatalogChange CatalogTimeline::draw_change(Timestamp at) {
  const std::uint32_t percent = random_.below(100);
  const std::uint32_t product = draw_changeable();
  if (percent < kPricePercent) return {at, CatalogChangeKind::kPrice, product};
  if (percent < kPricePercent + kNamePercent) return {at, CatalogChangeKind::kName, product};
  if (percent < kPricePercent + kNamePercent + kNewPercent) {
    if (launched_ < catalog_.size()) return {at, CatalogChangeKind::kNew, launched_};
  } else if (product >= kNeverWithdrawn && withdrawn_ < withdrawn_max_) {
    return {at, CatalogChangeKind::kWithdrawn, product};
  }
  return {at, CatalogChangeKind::kPrice, product};
}

std::uint32_t CatalogTimeline::draw_changeable() {
  std::uint32_t product = kLabProducts + random_.below(launched_ - kLabProducts);
  while (!catalog_[product].on_sale) product = product + 1 < launched_ ? product + 1 : kLabProducts;
  return product;
}

void CatalogTimeline::apply(const CatalogChange& change) {
  switch (change.kind) {
    case CatalogChangeKind::kNew:
      catalog_.set_on_sale(change.product, true);
      ++launched_;
      break;
    case CatalogChangeKind::kPrice:
      catalog_.set_price(change.product, draw_new_price(catalog_[change.product].price_cents));
      break;
    case CatalogChangeKind::kName:
      catalog_.rename(change.product);
      break;
    case CatalogChangeKind::kWithdrawn:
      catalog_.set_on_sale(change.product, false);
      ++withdrawn_;
      break;
  }
}

// Up to a fifth less or more, and never the same.
std::uint32_t CatalogTimeline::draw_new_price(std::uint32_t cents) {
  const std::uint32_t drawn = cents * (80 + random_.below(41)) / 100;
  const std::uint32_t bounded = std::clamp(drawn, kMarketPriceCentsMin, kMarketPriceCentsMax);
  if (bounded != cents) return bounded;
  return cents < kMarketPriceCentsMax ? cents + 1 : cents - 1;
}

std::uint32_t CatalogTimeline::draw_product(const Popularity& of_all, Random& random) const {
  while (true) {
    const std::uint32_t product = of_all.draw(random);
    if (catalog_[product].on_sale) return product;
  }
}

std::uint32_t CatalogTimeline::draw_vendor_product(const Popularity& of_vendors, Random& random) const {
  while (true) {
    const std::uint32_t product = kLabProducts + of_vendors.draw(random);
    if (catalog_[product].on_sale) return product;
  }
}

}  // namespace millrace
