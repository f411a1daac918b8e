// How the catalog changes over the simulated days. Whoever needs a price at a time goes through it from the
// start: it is the same for all.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "simulate/catalog.h"
#include "simulate/popularity.h"
#include "simulate/random.h"
#include "simulate/world_options.h"

namespace millrace {

enum class CatalogChangeKind : std::uint8_t { kNew, kPrice, kName, kWithdrawn };
inline constexpr auto kCatalogChangeNames =
    std::to_array<std::string_view>({"new", "price", "name", "withdrawn"});
inline std::string_view name(CatalogChangeKind kind) {
  return kCatalogChangeNames[static_cast<std::size_t>(kind)];
}

struct CatalogChange {
  Timestamp at;  // a whole second; no product changes twice in one
  CatalogChangeKind kind = CatalogChangeKind::kNew;
  std::uint32_t product = 0;
};

// At the start of the first day most products are new at once; a tenth of the vendors' come later. On each
// day one in fifty of the vendors' products changes. A withdrawn product does not come back; at most a tenth
// are, and none of the ten most popular.
//
// Memory: the catalog's. Not thread-safe.
class CatalogTimeline {
 public:
  CatalogTimeline(const WorldOptions& options, std::uint32_t vendor_count);

  // As it stands after the last change that was taken.
  const Catalog& catalog() const { return catalog_; }

  // Takes the next change; nothing when all have been.
  std::optional<CatalogChange> next();

  // When next() has one.
  std::optional<Timestamp> due() const { return upcoming_ ? std::optional(upcoming_->at) : std::nullopt; }

  // Takes all changes up to this time, itself included.
  void advance_to(Timestamp time) {
    while (upcoming_ && upcoming_->at <= time) next();
  }

  // One that is on sale, by popularity: of all, or of the vendors'.
  std::uint32_t draw_product(const Popularity& of_all, Random& random) const;
  std::uint32_t draw_vendor_product(const Popularity& of_vendors, Random& random) const;

 private:
  void plan();  // upcoming_, when the one before has been taken
  std::optional<Timestamp> next_time();
  CatalogChange draw_change(Timestamp at);
  std::uint32_t draw_changeable();
  void apply(const CatalogChange& change);
  std::uint32_t draw_new_price(std::uint32_t cents);

  Catalog catalog_;
  Random random_;
  Timestamp start_;
  std::int64_t days_;
  std::int64_t changes_a_day_;
  std::uint32_t launched_;  // products below this number have been new
  std::uint32_t launches_at_start_;
  std::uint32_t withdrawn_ = 0;
  std::uint32_t withdrawn_max_;
  std::int64_t changes_planned_ = 0;  // behind those of the start
  std::optional<CatalogChange> upcoming_;
};

}  // namespace millrace
