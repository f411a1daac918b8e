#include "event/place.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(Place, NamesTheWayToAValue) {
  EXPECT_EQ(Place{}["session_id"].text(), "session_id");
  EXPECT_EQ((Place{.name = "timestamp", .event = 2}).text(), "events[2].timestamp");
  EXPECT_EQ((Place{.name = "amount", .event = 0, .in_details = true}).text(), "events[0].details.amount");
  EXPECT_EQ((Place{.name = "price", .event = 0, .in_details = true, .item = 3}).text(),
            "events[0].details.items[3].price");
}

TEST(Place, NamesAnObjectWithoutAPointBehindIt) {
  EXPECT_EQ(Place{}.text(), "");
  EXPECT_EQ((Place{.name = {}, .event = 1}).text(), "events[1]");
  EXPECT_EQ((Place{.name = {}, .event = 1, .in_details = true}).text(), "events[1].details");
}

}  // namespace
}  // namespace millrace
