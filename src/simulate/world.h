// The simulated world: what all shapes share, so that they tell of one shop. Everything follows from the
// options.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/campaigns.h"
#include "simulate/catalog_timeline.h"
#include "simulate/customers.h"
#include "simulate/popularity.h"
#include "simulate/vendors.h"
#include "simulate/world_options.h"

namespace millrace {

inline constexpr std::uint32_t kStoreCount = 8;
inline constexpr std::uint32_t kWarehouseCount = 3;

constexpr std::uint32_t warehouse_of_store(std::uint32_t store) {
  return store % kWarehouseCount;
}

// Immutable: safe to share between threads. Memory: 16 bytes a product, some 300 a vendor.
class World {
 public:
  explicit World(const WorldOptions& options);  // that check() accepts

  const WorldOptions& options() const { return options_; }
  const Campaigns& campaigns() const { return campaigns_; }
  const Customers& customers() const { return customers_; }
  const std::vector<Vendor>& vendors() const { return vendors_; }
  const Popularity& product_popularity() const { return product_popularity_; }
  const Popularity& vendor_product_popularity() const { return vendor_product_popularity_; }
  CatalogTimeline catalog_timeline() const;  // at the start

  // How many records a shape has, as far as that does not follow from something else: for stock, its sales.
  std::uint64_t records_of(Shape shape) const;

  // Identifiers. Those of other seeds and other first days are others, but for the lab's products.
  void append_product_id(std::uint32_t product, std::string& out) const;
  void append_customer_id(std::uint32_t customer, std::string& out) const;
  void append_vendor_id(std::uint32_t vendor, std::string& out) const;
  void append_store_id(std::uint32_t store, std::string& out) const;
  void append_warehouse_id(std::uint32_t warehouse, std::string& out) const;
  std::uint64_t category_id(std::size_t category) const;  // 19 digits

  // Of a shop that lives: no two runs have a visit in common.
  std::uint64_t visitors_seed() const;
  std::uint64_t first_session() const;

  // What an event's number follows in its id: `CLK-`, the seed, and a mark of all that decides the events, so
  // that no two simulations with other options have an id in common.
  std::string event_id_beginning(std::string_view prefix) const;

 private:
  WorldOptions options_;
  Campaigns campaigns_;
  Customers customers_;
  std::vector<Vendor> vendors_;
  Popularity product_popularity_;
  Popularity vendor_product_popularity_;
  std::uint64_t visits_total_;
  std::string product_beginning_;
  std::string customer_beginning_;
  std::string vendor_beginning_;
  std::string store_beginning_;
  std::string warehouse_beginning_;
};

}  // namespace millrace
