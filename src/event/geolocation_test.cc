#include "event/geolocation.h"

#include <gtest/gtest.h>

#include <string>

namespace millrace {
namespace {

TEST(Geolocation, IsLatitudeThenLongitude) {
  const auto place = parse_geolocation("37.7749,-122.4194");
  ASSERT_TRUE(place.has_value());
  EXPECT_DOUBLE_EQ(place->latitude, 37.7749);
  EXPECT_DOUBLE_EQ(place->longitude, -122.4194);
}

TEST(Geolocation, BlanksAroundEachNumberAreAllowed) {
  const auto place = parse_geolocation("  1.5 ,  -2  ");
  ASSERT_TRUE(place.has_value());
  EXPECT_DOUBLE_EQ(place->latitude, 1.5);
  EXPECT_DOUBLE_EQ(place->longitude, -2);
}

TEST(Geolocation, PolesAndDateLineAreTheBounds) {
  for (const std::string_view text : {"90,180", "-90,-180", "0,0", "-0,-0", "90.0000,180.0000"}) {
    EXPECT_TRUE(parse_geolocation(text).has_value()) << text;
  }
  for (const std::string_view text :
       {"90.0001,0", "-90.0001,0", "0,180.0001", "0,-180.0001", "122.4194,37.7749"}) {
    EXPECT_FALSE(parse_geolocation(text).has_value()) << text;
  }
}

TEST(Geolocation, AnythingElseIsRefused) {
  for (const std::string_view text :
       {"",         ",",     "1",     "1,",      ",2",    "1,2,3",  "1;2",
        "1 2",      "a,b",   "1,b",   "nan,nan", "nan,1", "inf,0",  "0,-inf",
        "1e1,2",    "0x1,2", "+1,2",  "--1,2",   "1-,2",  "1. 5,2", "N37.7,W122.4",
        "37°,122°", "1,2\n", "\t1,2", "1,2x",    "null"}) {
    EXPECT_FALSE(parse_geolocation(text).has_value()) << text;
  }
  EXPECT_FALSE(parse_geolocation(std::string_view("1,2\0", 4)).has_value());
  EXPECT_FALSE(parse_geolocation("1" + std::string(400, '0') + ",0").has_value());
}

}  // namespace
}  // namespace millrace
