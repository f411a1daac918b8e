// The products of the world as they stand at one time: the lab's eighteen, which never change, and behind
// them those of the vendors, which come, change their price or name, and go.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "simulate/random.h"
#include "simulate/shop.h"
#include "simulate/vendors.h"
#include "simulate/world_options.h"

namespace millrace {

// A branch of the shop's tree of products, as the shape ecom_events names it.
struct CatalogCategory {
  std::string_view code;  // electronics.phone
  std::array<std::string_view, 4> nouns;
};

// The lab's three, which have no nouns, then four for each vertical, in the order of the verticals.
std::span<const CatalogCategory> catalog_categories();

std::span<const std::string_view> brands();

inline constexpr std::uint32_t kLabProducts = kProductCount;  // numbers below are the lab's

struct CatalogProduct {
  static constexpr std::uint8_t kNoBrand = 255;

  std::uint32_t price_cents = 0;
  std::uint32_t vendor = kHouseVendor;
  std::uint16_t name_seed = 0;
  std::uint8_t name_revision = 0;  // counts the changes of the name
  std::uint8_t category = 0;       // in catalog_categories()
  std::uint8_t brand = kNoBrand;   // in brands()
  bool has_category_code = true;   // else the source leaves it empty
  bool on_sale = false;
};

// Memory: 16 bytes a product. Not thread-safe.
class Catalog {
 public:
  // All that there will ever be, not on sale yet. Products are numbered by popularity.
  Catalog(const WorldOptions& options, std::uint32_t vendor_count);

  std::uint32_t size() const { return static_cast<std::uint32_t>(products_.size()); }
  const CatalogProduct& operator[](std::uint32_t product) const { return products_[product]; }

  // From 10.00 to 1000.00, of the vendors' products.
  void set_price(std::uint32_t product, std::uint32_t cents) { products_[product].price_cents = cents; }
  void rename(std::uint32_t product) { ++products_[product].name_revision; }
  void set_on_sale(std::uint32_t product, bool on_sale) { products_[product].on_sale = on_sale; }

  // As it stands inside a JSON string.
  void append_name(std::uint32_t product, std::string& out) const;

 private:
  std::vector<CatalogProduct> products_;
};

inline constexpr std::uint32_t kMarketPriceCentsMin = 10'00;
inline constexpr std::uint32_t kMarketPriceCentsMax = 1'000'00;

}  // namespace millrace
