// Who sells in the shop's marketplace: a vendor has one name, one address and one vertical, for good.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/world_options.h"

namespace millrace {

enum class Vertical : std::uint8_t {
  kGroceries,
  kRestaurants,
  kPharmacy,
  kElectronics,
  kFashion,
  kHome,
  kPets,
};
inline constexpr auto kVerticalNames = std::to_array<std::string_view>(
    {"groceries", "restaurants", "pharmacy", "electronics", "fashion", "home", "pets"});
inline std::string_view name(Vertical vertical) {
  return kVerticalNames[static_cast<std::size_t>(vertical)];
}

struct Vendor {
  std::string name;
  std::string address;
  Vertical vertical = Vertical::kElectronics;
};

// The lab's shop itself, which sells the lab's products and takes no orders of the marketplace.
inline constexpr std::uint32_t kHouseVendor = 0;

// The house, and one vendor for every ten products, at least one of each vertical.
std::vector<Vendor> make_vendors(const WorldOptions& options);

}  // namespace millrace
