#include "simulate/catalog.h"

#include <array>

#include "simulate/line_text.h"
#include "simulate/popularity.h"
#include "simulate/random_streams.h"

namespace millrace {
namespace {

constexpr std::size_t kCategoriesPerVertical = 4;
constexpr std::size_t kLabCategories = kCategoryCount;
constexpr auto kCategories = std::to_array<CatalogCategory>({
    {"computers.hardware", {}},
    {"computers.software", {}},
    {"computers.peripherals", {}},
    {"groceries.fruit", {"Apple Crate", "Berry Box", "Citrus Mix", "Grape Basket"}},
    {"groceries.bakery", {"Rye Loaf", "Brioche", "Baguette Set", "Spelt Rolls"}},
    {"groceries.coffee", {"Espresso Beans", "Filter Roast", "Decaf Roast", "Cold Brew"}},
    {"groceries.cheese", {"Farm Cheddar", "Blue Wheel", "Goat Log", "Alpine Wedge"}},
    {"restaurants.pizza", {"Margherita", "Quattro Stagioni", "Marinara", "Calzone"}},
    {"restaurants.noodles", {"Ramen Bowl", "Udon Bowl", "Pad Thai", "Laksa"}},
    {"restaurants.salad", {"Garden Salad", "Nicoise", "Caesar Salad", "Grain Bowl"}},
    {"restaurants.dessert", {"Tiramisu", "Cheesecake", "Sorbet Trio", "Apple Tart"}},
    {"pharmacy.vitamins", {"Vitamin C", "Vitamin D", "Zinc Tablets", "Magnesium"}},
    {"pharmacy.skin", {"Hand Cream", "Sun Lotion", "Cleanser", "Lip Balm"}},
    {"pharmacy.first_aid", {"Plaster Set", "Bandage Kit", "Thermometer", "Cold Pack"}},
    {"pharmacy.baby", {"Nappy Pack", "Baby Lotion", "Teether", "Bottle Set"}},
    {"electronics.phone", {"Phone", "Phone Mini", "Phone Max", "Folding Phone"}},
    {"electronics.audio", {"Headphones", "Earbuds", "Speaker", "Soundbar"}},
    {"electronics.camera", {"Action Camera", "Compact Camera", "Tripod", "Lens Kit"}},
    {"electronics.tablet", {"Tablet", "Tablet Pro", "Reader", "Drawing Pad"}},
    {"fashion.shoes", {"Sneakers", "Boots", "Loafers", "Sandals"}},
    {"fashion.jackets", {"Parka", "Rain Jacket", "Denim Jacket", "Blazer"}},
    {"fashion.bags", {"Backpack", "Tote", "Satchel", "Weekender"}},
    {"fashion.watches", {"Field Watch", "Dive Watch", "Dress Watch", "Chronograph"}},
    {"home.kitchen", {"Skillet", "Knife Set", "Kettle", "Stand Mixer"}},
    {"home.lighting", {"Desk Lamp", "Floor Lamp", "Pendant", "Light Strip"}},
    {"home.textiles", {"Duvet", "Linen Set", "Wool Throw", "Curtains"}},
    {"home.garden", {"Planter", "Hose Set", "Pruner", "Fire Bowl"}},
    {"pets.food", {"Dry Food", "Wet Food", "Treat Box", "Puppy Mix"}},
    {"pets.toys", {"Rope Toy", "Feather Wand", "Puzzle Feeder", "Tunnel"}},
    {"pets.beds", {"Dog Bed", "Cat Cave", "Cooling Mat", "Travel Crate"}},
    {"pets.care", {"Brush Set", "Nail Clipper", "Pet Shampoo", "Flea Comb"}},
});
static_assert(kCategories.size() == kLabCategories + kCategoriesPerVertical * kVerticalNames.size());

constexpr auto kBrands = std::to_array<std::string_view>(
    {"arden", "bellwether", "calder", "drift",  "everly",  "fjord", "granary", "hollis", "inkwell", "juno",
     "karst", "lumen",      "merle",  "nimbus", "orchard", "pike",  "quill",   "rowan",  "sable",   "tamar"});

// 32, so that 5 bits of a product's name_seed choose one, and each change of the name takes the next.
constexpr auto kAdjectives = std::to_array<std::string_view>(
    {"Classic", "Fresh",  "Bright", "Quiet", "Northern", "Swift",   "Grand", "Simple",
     "Golden",  "Urban",  "Gentle", "Bold",  "Pure",     "Rustic",  "Royal", "Coastal",
     "Alpine",  "Warm",   "Clever", "Light", "Sturdy",   "Velvet",  "Prime", "Amber",
     "Silver",  "Lively", "Noble",  "Sunny", "Crisp",    "Endless", "Vivid", "Humble"});
static_assert(kAdjectives.size() == 32);

// Gives `percent` of the weight that passes by, as evenly as it goes.
class EvenShare {
 public:
  explicit EvenShare(std::uint64_t percent) : percent_(percent) {}

  bool takes(std::uint64_t weight) {
    owed_ += static_cast<std::int64_t>(weight * percent_);
    if (owed_ < static_cast<std::int64_t>(weight * 50)) return false;
    owed_ -= static_cast<std::int64_t>(weight * 100);
    return true;
  }

 private:
  std::uint64_t percent_;
  std::int64_t owed_ = 0;
};

// More cheap ones than dear ones: each third of the draws reaches about three times as far.
std::uint32_t draw_price_cents(Random& random) {
  constexpr std::array<std::uint32_t, 4> kSteps = {kMarketPriceCentsMin, 40'00, 180'00, kMarketPriceCentsMax};
  const std::uint32_t step = random.below(3);
  return kSteps[step] + random.below(kSteps[step + 1] - kSteps[step] + 1);
}

CatalogProduct lab_product(std::uint32_t number) {
  const Product& product = products()[number];
  return {.price_cents = static_cast<std::uint32_t>(product.price.units / (Decimal::kScale / 100)),
          .category = static_cast<std::uint8_t>(product.category)};
}

CatalogProduct draw_vendor_product(std::uint32_t number, std::uint32_t vendor_count, Random& random) {
  CatalogProduct product;
  // In turn, so that every vendor has something to sell; the house, number 0, keeps to the lab's.
  product.vendor = 1 + (number - kLabProducts) % (vendor_count - 1);
  const std::size_t vertical = (product.vendor - 1) % kVerticalNames.size();
  product.category = static_cast<std::uint8_t>(kLabCategories + vertical * kCategoriesPerVertical +
                                               random.below(kCategoriesPerVertical));
  product.name_seed = static_cast<std::uint16_t>(random.below(1 << 16));
  product.price_cents = draw_price_cents(random);
  return product;
}

}  // namespace

std::span<const CatalogCategory> catalog_categories() {
  return kCategories;
}
std::span<const std::string_view> brands() {
  return kBrands;
}

Catalog::Catalog(const WorldOptions& options, std::uint32_t vendor_count) {
  constexpr std::uint64_t kNoCategoryCodePercent = 27;
  constexpr std::uint64_t kNoBrandPercent = 24;
  Random random(options.seed, random_stream::kCatalog);
  EvenShare no_code(kNoCategoryCodePercent);
  EvenShare no_brand(kNoBrandPercent);
  products_.reserve(options.products);
  for (std::uint32_t i = 0; i < options.products; ++i) {
    CatalogProduct product = i < kLabProducts ? lab_product(i) : draw_vendor_product(i, vendor_count, random);
    product.has_category_code = !no_code.takes(zipf_weight(i));
    const auto brand = static_cast<std::uint8_t>(random.below(kBrands.size()));
    product.brand = no_brand.takes(zipf_weight(i)) ? CatalogProduct::kNoBrand : brand;
    products_.push_back(product);
  }
}

void Catalog::append_name(std::uint32_t number, std::string& out) const {
  if (number < kLabProducts) {
    // One of the lab's names has a quotation mark, for inches.
    for (const char c : products()[number].name) {
      if (c == '"') out += '\\';
      out += c;
    }
    return;
  }
  const CatalogProduct& product = products_[number];
  const std::uint32_t seed = product.name_seed;
  out += kAdjectives[(seed + product.name_revision) % kAdjectives.size()];
  out += ' ';
  out += kCategories[product.category].nouns[(seed >> 5) % 4];
  out += ' ';
  append_number(out, 10 + (seed >> 7));
}

}  // namespace millrace
