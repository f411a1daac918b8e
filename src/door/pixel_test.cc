#include "door/pixel.h"

#include <gtest/gtest.h>

#include "door/test_doors.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

constexpr std::string_view kPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148";

class Pixel : public testing::Test {
 protected:
  HttpResponse get(std::vector<NamedText> query, std::vector<NamedText> headers = {}) const {
    headers.emplace_back("user-agent", kPhone);
    return doors.answer("GET", "/v1/pixel.gif", "", std::move(query), std::move(headers));
  }

  TestDoors doors;
};

TEST_F(Pixel, IsATransparentPointThatNoCacheKeeps) {
  const HttpResponse response = get({{"session_id", "S"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "image/gif");
  EXPECT_EQ(response.content().size(), 43u);
  EXPECT_TRUE(response.content().starts_with("GIF89a"));
  EXPECT_EQ(response.cache_control, "");  // no-store
}

TEST_F(Pixel, StoresAVisitThatTheDecoderAccepts) {
  get({{"session_id", "S\"1"}, {"user_id", "U"}, {"page_url", "https://shop.example/ä?a=<b>"}, {"_", "99"}},
      {{"referer", "https://shop.example/other"}});
  const auto records = doors.log.records("visits");
  ASSERT_EQ(records.size(), 1u);
  VisitDecoder decoder;
  const std::string padded = records[0].payload + std::string(VisitDecoder::kPadding, ' ');
  const DecodedVisit& decoded =
      decoder.decode(std::string_view(padded).substr(0, records[0].payload.size()), doors.clock.now());
  ASSERT_TRUE(decoded.readable) << records[0].payload;
  ASSERT_EQ(decoded.visit.events.size(), 1u) << records[0].payload;
  EXPECT_EQ(decoded.visit.session_id, "S\"1");
  EXPECT_EQ(decoded.visit.user_id, "U");
  EXPECT_EQ(decoded.visit.device_type, "mobile");
  EXPECT_EQ(decoded.visit.user_agent, kPhone);
  EXPECT_EQ(decoded.visit.events[0].page_url, "https://shop.example/ä?a=<b>");
  EXPECT_EQ(decoded.visit.events[0].referrer_url.data(), nullptr);
  EXPECT_EQ(decoded.visit.events[0].time, doors.clock.now());
}

TEST_F(Pixel, TheAddressIsThatOfTheRefererWhenThePageDoesNotSay) {
  get({{"session_id", "S"}}, {{"referer", "https://shop.example/home"}});
  const std::string payload = doors.log.records("visits").at(0).payload;
  EXPECT_NE(payload.find(R"("page_url":"https://shop.example/home")"), std::string::npos) << payload;
  EXPECT_NE(payload.find(R"("user_id":"S")"), std::string::npos) << payload;
}

TEST_F(Pixel, AVisitWithoutASessionIsStoredForTheEngineToRefuse) {
  EXPECT_EQ(get({{"page_url", "home"}}).status, 200);
  EXPECT_EQ(doors.log.records("visits").size(), 1u);
}

TEST_F(Pixel, OfThoseWhoDoNotWantToBeCountedNothingIsStored) {
  EXPECT_EQ(get({{"session_id", "S"}}, {{"dnt", "1"}}).status, 200);
  EXPECT_EQ(get({{"session_id", "S"}}, {{"sec-gpc", "1"}}).status, 200);
  EXPECT_TRUE(doors.log.topics().empty());
  EXPECT_EQ(doors.metrics->requests(Door::kPixel, DoorResult::kOptedOut), 2u);
}

TEST_F(Pixel, AskingForTheHeadStoresNothing) {
  EXPECT_EQ(doors.answer("HEAD", "/v1/pixel.gif").status, 200);
  EXPECT_TRUE(doors.log.topics().empty());
}

TEST_F(Pixel, AnswersWhenItIsDurableAndSaysWhenItCannotBe) {
  doors.log.hold();
  const auto response = doors.send("GET", "/v1/pixel.gif", "", {{"session_id", "S"}});
  EXPECT_FALSE(response->has_value());
  doors.log.acknowledge();
  EXPECT_TRUE(response->has_value());
  doors.log.refuse_next({ErrorCode::kUnavailable, "because"});
  EXPECT_EQ(get({{"session_id", "S"}}).status, 503);
}

TEST(DeviceType, IsReadFromTheUserAgent) {
  EXPECT_EQ(device_type_of("Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"), "desktop");
  EXPECT_EQ(device_type_of(kPhone), "mobile");
  EXPECT_EQ(device_type_of("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0 Mobile Safari/537.36"),
            "mobile");
  EXPECT_EQ(device_type_of("Mozilla/5.0 (Linux; Android 14; SM-X700) Chrome/126.0 Safari/537.36"), "tablet");
  EXPECT_EQ(device_type_of("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Mobile/15E148"), "tablet");
  EXPECT_EQ(device_type_of(""), "desktop");
}

}  // namespace
}  // namespace millrace
