// What there is in the simulated shop: its pages, its products and the devices that people come with.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/decimal.h"

namespace millrace {

inline constexpr std::string_view kShopCurrency = "USD";

enum class Page : std::uint8_t { kHome, kProducts, kCart, kAbout, kContact };
inline constexpr std::size_t kPageCount = 5;

enum class Referrer : std::uint8_t { kNone, kGoogle, kHome, kProducts, kCampaign };
inline constexpr std::size_t kReferrerCount = 4;  // that have one URL: all but kCampaign

enum class Device : std::uint8_t { kMobile, kDesktop, kTablet };
inline constexpr std::size_t kDeviceCount = 3;

enum class Category : std::uint8_t { kHardware, kSoftware, kPeripherals };
inline constexpr std::size_t kCategoryCount = 3;

struct Product {
  std::string_view id;
  std::string_view name;
  Category category;
  Decimal price;                // USD, whole cents
  std::uint32_t share_percent;  // of its category's cart adds; those of a category add up to 100
};

inline constexpr std::size_t kProductsPerCategory = 6;
inline constexpr std::size_t kProductCount = kCategoryCount * kProductsPerCategory;

// In the order of the categories, kProductsPerCategory each.
const std::array<Product, kProductCount>& products();

std::string_view page_url(Page page);
std::string_view referrer_url(Referrer referrer);  // a null view for kNone; not for kCampaign
std::string_view name(Device device);
std::string_view name(Category category);

inline constexpr std::size_t kUserAgentsPerDevice = 2;
std::string_view user_agent(Device device, std::size_t which);  // which < kUserAgentsPerDevice

}  // namespace millrace
