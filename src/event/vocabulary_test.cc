#include "event/vocabulary.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(EventType, EachNameOfTheVisitShapeLeadsBackToItsType) {
  for (const EventType type : {EventType::kPageView, EventType::kAddToCart, EventType::kPurchase}) {
    EXPECT_EQ(event_type_from_visit_shape(visit_shape_name(type)), type);
  }
}

TEST(EventType, CanonicalNamesFollowGa4) {
  EXPECT_EQ(canonical_name(EventType::kPageView), "page_view");
  EXPECT_EQ(canonical_name(EventType::kAddToCart), "add_to_cart");
  EXPECT_EQ(canonical_name(EventType::kPurchase), "purchase");
  EXPECT_EQ(visit_shape_name(EventType::kAddToCart), "add_item_to_cart");
}

TEST(EventType, OtherNamesAreNoEventType) {
  for (const std::string_view name :
       {"", "add_to_cart", "Page_View", "page_view ", "page_views", "sale", "cart"}) {
    EXPECT_FALSE(event_type_from_visit_shape(name).has_value()) << name;
  }
}

TEST(DeviceType, HasThreeExactNames) {
  for (const std::string_view name : {"desktop", "mobile", "tablet"})
    EXPECT_TRUE(is_device_type(name)) << name;
  for (const std::string_view name : {"", "Mobile", "phone", "mobile ", "tv"})
    EXPECT_FALSE(is_device_type(name)) << name;
}

TEST(VisitCategory, HasThreeExactNames) {
  for (const std::string_view name : {"hardware", "software", "peripherals"})
    EXPECT_TRUE(is_visit_category(name)) << name;
  for (const std::string_view name : {"", "Hardware", "peripheral", "toys"})
    EXPECT_FALSE(is_visit_category(name)) << name;
}

TEST(Currency, CodesAreThoseOfIso4217InCapitals) {
  for (const std::string_view code : {"USD", "EUR", "GBP", "JPY", "CHF", "AED", "ZWG", "XOF"}) {
    EXPECT_TRUE(is_currency_code(code)) << code;
  }
  for (const std::string_view code :
       {"", "usd", "US", "USDT", "XXX", "XAU", "BTC", "DEM", "$", "840", "USD "}) {
    EXPECT_FALSE(is_currency_code(code)) << code;
  }
}

}  // namespace
}  // namespace millrace
