#include "simulate/sales.h"

#include <algorithm>

#include "simulate/random_streams.h"

namespace millrace {

Sales::Sales(const World& world, std::unique_ptr<EventTimes> times)
    : world_(world),
      clock_(std::move(times)),
      timeline_(world.catalog_timeline()),
      random_(world.options().seed, random_stream::kSales) {}

std::optional<Sale> Sales::next() {
  if (!clock_.tick()) return std::nullopt;
  timeline_.advance_to(clock_.now());
  Sale sale{.at = clock_.now()};
  sale.product = timeline_.draw_product(world_.product_popularity(), random_);
  // The first stores are the larger ones.
  const std::uint32_t store = random_.below(kStoreCount);
  sale.store = std::min(store, random_.below(kStoreCount));
  const std::uint32_t units = random_.below(kUnitsMax);
  sale.units = 1 + std::min(units, random_.below(kUnitsMax));
  return sale;
}

}  // namespace millrace
