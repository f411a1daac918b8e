#include "simulate/live_shop.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "simulate/test_records.h"

namespace millrace {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr Timestamp kStart{1'732'202'530'123'456};

LiveShopOptions test_shop() {
  LiveShopOptions options;
  options.shapes.assign(kLiveShapes.begin(), kLiveShapes.end());
  options.start = kStart;
  options.visits_per_minute = 600;
  options.products = 100;
  return options;
}

using Lines = std::map<Shape, std::vector<std::string>>;

struct Happenings {
  Lines lines;
  std::string truth;
};

// Lives for so long, looked at so often.
Happenings run(const LiveShopOptions& options, std::int64_t length, std::int64_t step) {
  LiveShop shop(options);
  Happenings run;
  const LiveShop::Put put = [&](Shape shape, std::string_view line) {
    run.lines[shape].emplace_back(line);
    return Status();
  };
  for (std::int64_t micros = 0; micros < length; micros += step) {
    EXPECT_TRUE(shop.advance({kStart.micros + micros}, put).has_value());
  }
  EXPECT_TRUE(shop.advance({kStart.micros + length}, put).has_value());
  EXPECT_TRUE(shop.end(put).has_value());
  run.truth = shop.truth().json();
  return run;
}

simdjson::dom::element parse(simdjson::dom::parser& parser, const std::string& json) {
  return parser.parse(json).value();
}

std::string text(simdjson::dom::element object, std::string_view member) {
  return std::string(object[member].get_string().value());
}

TEST(LiveShop, EveryShapeComesAtItsOwnMultipleOfTheVisits) {
  const Happenings live = run(test_shop(), 10 * kMinute, 5 * kSecond);
  EXPECT_EQ(live.lines.at(Shape::kVisits).size(), 6000u);
  EXPECT_EQ(live.lines.at(Shape::kClicks).size(), 36'000u);
  EXPECT_EQ(live.lines.at(Shape::kTransactions).size(), 6000u);
  EXPECT_EQ(live.lines.at(Shape::kOrders).size(), 3000u);
  EXPECT_GE(live.lines.at(Shape::kStock).size(), 6000u);
  EXPECT_GE(live.lines.at(Shape::kCatalogChanges).size(), 90u);
}

TEST(LiveShop, WhatHappensDoesNotDependOnHowOftenItIsLookedAt) {
  LiveShopOptions options = test_shop();
  options.spoil = {.malformed = 50'000, .duplicates = 50'000, .late = 50'000};
  const Happenings often = run(options, kMinute, 10'000);
  const Happenings once = run(options, kMinute, kMinute);
  EXPECT_EQ(often.lines, once.lines);
  EXPECT_EQ(often.truth, once.truth);
}

TEST(LiveShop, EventsHappenWhenTheyAreSent) {
  LiveShop shop(test_shop());
  simdjson::dom::parser parser;
  for (std::int64_t micros = kSecond; micros <= kMinute; micros += kSecond) {
    const auto put = [&](Shape shape, std::string_view line) {
      if (shape == Shape::kCatalogChanges) return Status();
      const auto record = parser.parse(line.data(), line.size()).value();
      std::string time;
      if (shape == Shape::kVisits) {
        for (const auto event : record["events"].get_array())
          time = text(event["event"].value(), "timestamp") + "Z";
      } else {
        time = text(record, shape == Shape::kOrders ? "order_placed_at" : "event_time");
      }
      const std::int64_t at = parse_timestamp(time)->micros - kStart.micros;
      EXPECT_LT(at, micros) << line;
      EXPECT_GE(at, micros - 2 * kSecond) << line;  // visits have whole seconds
      return Status();
    };
    ASSERT_TRUE(shop.advance({kStart.micros + micros}, put).has_value());
  }
}

TEST(LiveShop, TheStockFollowsTheSalesInTime) {
  const Happenings live = run(test_shop(), kMinute, kSecond);
  simdjson::dom::parser parser;
  std::multiset<std::string> sold;
  std::multiset<std::string> taken;
  for (const std::string& line : live.lines.at(Shape::kTransactions)) {
    const auto sale = parse(parser, line);
    sold.insert(text(sale, "event_time") + text(sale, "product_id") +
                std::to_string(sale["qty"].get_int64().value()));
  }
  for (const std::string& line : live.lines.at(Shape::kStock)) {
    const auto delta = parse(parser, line);
    const std::int64_t units = delta["delta"].get_int64().value();
    if (units < 0)
      taken.insert(text(delta, "event_time") + text(delta, "product_id") + std::to_string(-units));
  }
  EXPECT_EQ(sold, taken);
}

TEST(LiveShop, AfterASkipTheStockStillFollowsTheSales) {
  LiveShop shop(test_shop());
  Lines lines;
  const LiveShop::Put put = [&](Shape shape, std::string_view line) {
    lines[shape].emplace_back(line);
    return Status();
  };
  ASSERT_TRUE(shop.advance({kStart.micros + 10 * kSecond}, put).has_value());
  EXPECT_EQ(shop.skip_until({kStart.micros + 40 * kSecond}), 300u * (1 + 6 + 1 + 1) + 150u);
  ASSERT_TRUE(shop.advance({kStart.micros + kMinute}, put).has_value());
  ASSERT_TRUE(shop.end(put).has_value());
  EXPECT_EQ(lines[Shape::kVisits].size(), 300u);
  simdjson::dom::parser parser;
  std::set<std::string> sold;
  for (const std::string& line : lines[Shape::kTransactions])
    sold.insert(text(parse(parser, line), "event_time"));
  for (const std::string& line : lines[Shape::kStock]) {
    EXPECT_TRUE(sold.contains(text(parse(parser, line), "event_time"))) << line;
  }
}

TEST(LiveShop, TheTruthCountsEveryLineThatWasGiven) {
  LiveShopOptions options = test_shop();
  options.spoil = {.malformed = 20'000, .duplicates = 30'000, .late = 40'000};
  const Happenings live = run(options, kMinute, 100'000);
  simdjson::dom::parser parser;
  const auto truth = parse(parser, live.truth);
  for (const auto& [shape, lines] : live.lines) {
    const auto records = truth[name(shape)]["records"].value();
    EXPECT_EQ(records["written"].get_uint64().value(), lines.size()) << name(shape);
    EXPECT_EQ(records["written"].get_uint64().value(), records["stored"].get_uint64().value() +
                                                           records["duplicates"].get_uint64().value() +
                                                           records["refused"].get_uint64().value());
  }
  EXPECT_EQ(truth["visits"]["visits"].get_uint64().value(), 600u);
}

TEST(LiveShop, NoTwoRunsHaveAVisitOrAnEventInCommon) {
  for (const bool few_users : {false, true}) {
    std::set<std::string> ids;
    std::size_t count = 0;
    for (const std::int64_t later : {0, 1, 3600}) {
      LiveShopOptions options = test_shop();
      if (few_users) options.users = 50;
      options.start.micros += later * kSecond;
      const Happenings live = run(options, kMinute + later * kSecond, kMinute);
      simdjson::dom::parser parser;
      for (const std::string& line : live.lines.at(Shape::kVisits)) {
        const auto visit = parse(parser, line);
        ids.insert(text(visit, "session_id") + text(visit, "user_id"));
        ++count;
      }
      for (const std::string& line : live.lines.at(Shape::kClicks)) {
        ids.insert(text(parse(parser, line), "event_id"));
        ++count;
      }
    }
    EXPECT_EQ(ids.size(), count);
  }
}

TEST(LiveShop, AnErrorOfTheReceiverStopsIt) {
  LiveShop shop(test_shop());
  int given = 0;
  const LiveShop::Put put = [&](Shape, std::string_view) -> Status {
    if (++given < 10) return {};
    return fail(ErrorCode::kUnavailable, "no more");
  };
  EXPECT_FALSE(shop.advance({kStart.micros + kMinute}, put).has_value());
  EXPECT_EQ(given, 10);
}

TEST(CheckLiveShop, RefusesRatesOutOfRange) {
  LiveShopOptions options = test_shop();
  EXPECT_TRUE(check(options).has_value());
  options.visits_per_minute = 0;
  EXPECT_FALSE(check(options).has_value());
  options.visits_per_minute = kLiveVisitsPerMinuteMax + 1;
  EXPECT_FALSE(check(options).has_value());
}

}  // namespace
}  // namespace millrace
