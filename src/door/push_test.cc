#include "door/push.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "door/test_doors.h"

namespace millrace {
namespace {

constexpr std::string_view kEnvelope =
    R"({"message":{"data":"Zm9v","attributes":{"a":"1"},"messageId":"7","orderingKey":"K"},"subscription":"s"})";

class Push : public testing::Test {
 protected:
  HttpResponse push(std::string_view body, std::string topic = "clicks") const {
    return doors.answer("POST", "/push/{topic}", std::string(body), {}, {}, {{"topic", std::move(topic)}});
  }

  TestDoors doors;
};

TEST_F(Push, StoresTheMessageWithItsKeyAndAttributes) {
  const HttpResponse response = push(kEnvelope);
  EXPECT_EQ(response.status, 204);
  EXPECT_TRUE(response.body.empty());
  const auto records = doors.log.records("clicks");
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].payload, "foo");
  EXPECT_EQ(records[0].key, "K");
  EXPECT_EQ(records[0].attribute("a"), "1");
  EXPECT_EQ(records[0].attribute("pubsub.message_id"), "7");
  EXPECT_EQ(records[0].attribute("pubsub.subscription"), "s");
}

TEST_F(Push, AcknowledgesWhenItIsDurableAndNeverBefore) {
  doors.log.hold();
  const auto response =
      doors.send("POST", "/push/{topic}", std::string(kEnvelope), {}, {}, {{"topic", "clicks"}});
  EXPECT_FALSE(response->has_value());
  doors.log.acknowledge();
  ASSERT_TRUE(response->has_value());
  EXPECT_EQ((*response)->status, 204);
}

TEST_F(Push, AnEnvelopeThatCannotBeReadIsKeptAndAcknowledgedOnceForAll) {
  for (const std::string body : {"{\"message\":{\"data\":\"%%%\"}}", "not JSON\n\x01\xFF", "{}"}) {
    const HttpResponse response = push(body);
    EXPECT_EQ(response.status, 202);
    EXPECT_NE(response.body.find("bad_envelope"), std::string::npos);
    const auto letter = doors.log.records("dead-letter").back();
    EXPECT_EQ(letter.payload, body);
    EXPECT_EQ(letter.attribute("reason"), "bad_envelope");
    EXPECT_EQ(letter.attribute("source_topic"), "clicks");
    EXPECT_FALSE(letter.attribute("message").empty());
  }
  EXPECT_TRUE(doors.log.records("clicks").empty());
  EXPECT_EQ(doors.metrics->requests(Door::kPush, DoorResult::kDeadLetter), 3u);
}

TEST_F(Push, AMessageBeyondTheLimitsOfATopicIsKeptAsADeadLetter) {
  std::string attributes;
  for (std::size_t i = 0; i < kAttributesMax; ++i)
    attributes += fmt::format(R"({}"a{}":"1")", i == 0 ? "" : ",", i);
  const std::string body =
      fmt::format(R"({{"message":{{"messageId":"7","attributes":{{{}}}}}}})", attributes);
  EXPECT_EQ(push(body).status, 202);
  const auto letters = doors.log.records("dead-letter");
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].payload, body);
  EXPECT_EQ(letters[0].attribute("reason"), "beyond_limits");
}

TEST_F(Push, AnOutageIsNotAcknowledgedSoThatTheMessageComesAgain) {
  doors.log.refuse_next({ErrorCode::kUnavailable, "busy"});
  EXPECT_EQ(push(kEnvelope).status, 503);
  doors.log.fail_next({ErrorCode::kNoSpace, "full"});
  const HttpResponse full = push(kEnvelope);
  EXPECT_EQ(full.status, 507);
  EXPECT_EQ(header(full, "Retry-After"), "10");
  doors.log.refuse_next({ErrorCode::kIo, "broken"}, "dead-letter");
  EXPECT_EQ(push("{}").status, 503);
  EXPECT_TRUE(doors.log.topics().empty());
  EXPECT_EQ(push(kEnvelope).status, 204);
}

TEST_F(Push, AnAddressWithoutATopicIsTheOperatorsFaultAndIsSaid) {
  EXPECT_EQ(push(kEnvelope, "No Topic").status, 400);
  doors.log.set_create_on_first_use(false);
  EXPECT_EQ(push(kEnvelope, "nowhere").status, 404);
  EXPECT_TRUE(doors.log.topics().empty());
}

TEST_F(Push, PagesOfOtherSitesMustNotSendHere) {
  EXPECT_FALSE(doors.route_of("POST", "/push/{topic}").cross_site);
  EXPECT_EQ(doors.route_of("POST", "/push/{topic}").access.kind(), Access::kIngest);
}

TEST(Tracker, IsServedToEveryoneCompressedAndWithItsTag) {
  const TestDoors doors({.tracker_path = "/shop.js"});
  const HttpResponse response = doors.answer("GET", "/shop.js");
  EXPECT_EQ(response.static_body, "script");
  EXPECT_EQ(response.static_gzip_body, "zipped");
  EXPECT_EQ(response.etag, "\"tag\"");
  EXPECT_EQ(response.content_type, "text/javascript; charset=utf-8");
  EXPECT_TRUE(doors.route_of("GET", "/shop.js").cross_site);
  EXPECT_EQ(doors.route_of("GET", "/shop.js").access.kind(), Access::kPublic);
}

}  // namespace
}  // namespace millrace
