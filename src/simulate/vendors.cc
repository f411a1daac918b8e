#include "simulate/vendors.h"

#include <fmt/format.h>

#include <algorithm>

#include "simulate/random.h"
#include "simulate/random_streams.h"

namespace millrace {
namespace {

constexpr auto kFirstWords = std::to_array<std::string_view>(
    {"Amber",    "Blue Door", "Cedar",   "Corner",     "Dockside", "Elm Street", "Fern & Co", "Golden",
     "Harbour",  "Juniper",   "Kestrel", "Little",     "Maple",    "North Gate", "Old Town",  "Park Lane",
     "Quayside", "Red Lion",  "Silver",  "Three Oaks", "Uptown",   "Valley",     "Willow",    "Young's"});
constexpr std::array<std::array<std::string_view, 3>, kVerticalNames.size()> kLastWords = {{
    {"Grocers", "Market", "Pantry"},
    {"Kitchen", "Bistro", "Noodle House"},
    {"Pharmacy", "Chemist", "Apothecary"},
    {"Electronics", "Gadgets", "Devices"},
    {"Outfitters", "Boutique", "Threads"},
    {"Home", "Interiors", "Housewares"},
    {"Pets", "Pet Supply", "Paws & Claws"},
}};
constexpr auto kStreets = std::to_array<std::string_view>(
    {"Station Road", "High Street", "Mill Lane", "Church Walk", "Rue du Bac", "Hauptstraße", "Via Roma",
     "Calle Mayor", "Kungsgatan", "Dock Street", "Market Square", "Canal Side"});
constexpr auto kCities =
    std::to_array<std::string_view>({"London", "Lyon", "Köln", "Torino", "Sevilla", "Göteborg", "Porto",
                                     "Gdańsk", "Utrecht", "Brno", "Galway", "Aarhus"});

template <typename Words>
std::string_view draw_word(const Words& words, Random& random) {
  return words[random.below(static_cast<std::uint32_t>(words.size()))];
}

Vendor draw_vendor(Vertical vertical, Random& random) {
  const std::string_view first = draw_word(kFirstWords, random);
  const std::string_view last = draw_word(kLastWords[static_cast<std::size_t>(vertical)], random);
  const std::uint32_t house_number = 1 + random.below(240);
  const std::string_view street = draw_word(kStreets, random);
  return {.name = fmt::format("{} {}", first, last),
          .address = fmt::format("{} {}, {}", house_number, street, draw_word(kCities, random)),
          .vertical = vertical};
}

}  // namespace

std::vector<Vendor> make_vendors(const WorldOptions& options) {
  const std::uint32_t count = std::clamp<std::uint32_t>(
      options.products / 10, static_cast<std::uint32_t>(kVerticalNames.size()), kSimulatedVendorsMax);
  Random random(options.seed, random_stream::kVendors);
  std::vector<Vendor> vendors;
  vendors.reserve(count + 1);
  vendors.push_back(
      {.name = "Example Shop", .address = "1 Mill Race, London", .vertical = Vertical::kElectronics});
  for (std::uint32_t i = 0; i < count; ++i) {
    vendors.push_back(draw_vendor(static_cast<Vertical>(i % kVerticalNames.size()), random));
  }
  return vendors;
}

}  // namespace millrace
