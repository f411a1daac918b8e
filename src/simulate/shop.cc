#include "simulate/shop.h"

namespace millrace {
namespace {

constexpr Decimal usd(std::int64_t whole, std::int64_t cents) {
  return {whole * Decimal::kScale + cents * (Decimal::kScale / 100)};
}

constexpr std::array<Product, kProductCount> kProducts = {{
    {"HDW-001", "Notebook Terra 14", Category::kHardware, usd(949, 99), 30},
    {"HDW-002", "Tower PC Alto", Category::kHardware, usd(1249, 0), 20},
    {"HDW-003", "Gaming PC Vulcan", Category::kHardware, usd(1899, 99), 10},
    {"HDW-004", "Notebook Terra 16 Pro", Category::kHardware, usd(1179, 50), 15},
    {"HDW-005", "Workstation Atlas", Category::kHardware, usd(2649, 99), 5},
    {"HDW-006", "Mini PC Pebble", Category::kHardware, usd(679, 99), 20},
    {"SFT-001", "Ledger Home Office", Category::kSoftware, usd(189, 99), 25},
    {"SFT-002", "Gatekeeper Antivirus", Category::kSoftware, usd(44, 99), 30},
    {"SFT-003", "Darkroom Photo Editor", Category::kSoftware, usd(79, 90), 15},
    {"SFT-004", "Milestone Project Planner", Category::kSoftware, usd(299, 0), 10},
    {"SFT-005", "Cutting Room Video Editor", Category::kSoftware, usd(149, 99), 10},
    {"SFT-006", "Songbook Music Studio", Category::kSoftware, usd(89, 95), 10},
    {"PER-001", "Wireless Mouse Drift", Category::kPeripherals, usd(27, 99), 40},
    {"PER-002", "Mechanical Keyboard Clack", Category::kPeripherals, usd(89, 99), 30},
    {"PER-003", "27\" QHD Monitor", Category::kPeripherals, usd(349, 99), 10},
    {"PER-004", "USB-C Dock Harbour", Category::kPeripherals, usd(129, 50), 5},
    {"PER-005", "Noise Cancelling Headset", Category::kPeripherals, usd(179, 99), 10},
    {"PER-006", "Webcam 1080p", Category::kPeripherals, usd(49, 99), 5},
}};

constexpr bool shares_are_whole() {
  for (std::size_t category = 0; category < kCategoryCount; ++category) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < kProductsPerCategory; ++i) {
      const Product& product = kProducts[category * kProductsPerCategory + i];
      if (product.category != static_cast<Category>(category)) return false;
      sum += product.share_percent;
    }
    if (sum != 100) return false;
  }
  return true;
}
static_assert(shares_are_whole());

constexpr std::array<std::string_view, kPageCount> kPageUrls = {
    "https://example.com/home", "https://example.com/products", "https://example.com/cart",
    "https://example.com/about", "https://example.com/contact"};
constexpr std::array<std::string_view, kReferrerCount> kReferrerUrls = {
    std::string_view(), "https://google.com", "https://example.com/home", "https://example.com/products"};
constexpr std::array<std::string_view, kDeviceCount> kDeviceNames = {"mobile", "desktop", "tablet"};
constexpr std::array<std::string_view, kCategoryCount> kCategoryNames = {"hardware", "software",
                                                                         "peripherals"};

constexpr std::array<std::array<std::string_view, kUserAgentsPerDevice>, kDeviceCount> kUserAgents = {{
    {"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 "
     "Mobile "
     "Safari/537.36",
     "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
     "Version/17.5 "
     "Mobile/15E148 Safari/604.1"},
    {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 "
     "Safari/537.36",
     "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
     "Safari/605.1.15"},
    {"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
     "Mobile/15E148 Safari/604.1",
     "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 "
     "Safari/537.36"},
}};

}  // namespace

const std::array<Product, kProductCount>& products() {
  return kProducts;
}

std::string_view page_url(Page page) {
  return kPageUrls[static_cast<std::size_t>(page)];
}
std::string_view referrer_url(Referrer referrer) {
  return kReferrerUrls[static_cast<std::size_t>(referrer)];
}
std::string_view name(Device device) {
  return kDeviceNames[static_cast<std::size_t>(device)];
}
std::string_view name(Category category) {
  return kCategoryNames[static_cast<std::size_t>(category)];
}

std::string_view user_agent(Device device, std::size_t which) {
  return kUserAgents[static_cast<std::size_t>(device)][which];
}

}  // namespace millrace
