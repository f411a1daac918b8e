#include "door/collect.h"

#include <gtest/gtest.h>

#include "door/test_doors.h"

namespace millrace {
namespace {

using Payloads = std::vector<std::string>;

constexpr std::string_view kVisit =
    R"({"session_id":"S","user_id":"U","device_type":"mobile","geolocation":"1,2","user_agent":"A","events":[)"
    R"({"event_type":"page_view","timestamp":"2024-07-01T09:00:00Z","details":{"page_url":"home"}}]})";

class Collect : public testing::Test {
 protected:
  HttpResponse post(std::string body, std::vector<NamedText> query = {},
                    std::string content_type = "application/json") const {
    return doors.answer("POST", "/v1/collect", std::move(body), std::move(query),
                        {{"content-type", std::move(content_type)}});
  }
  void expect_nothing_stored() const { EXPECT_TRUE(doors.log.topics().empty()); }

  TestDoors doors;
};

TEST_F(Collect, StoresTheExactBytesInTheirOrderAndSaysHowMany) {
  const HttpResponse response = post("[{\"b\" : 1,\"a\":\"\\u00e4\"},\n {\"a\":2}]");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.body, "{\"accepted\":2}\n");
  EXPECT_EQ(doors.payloads("visits"), (Payloads{"{\"b\" : 1,\"a\":\"\\u00e4\"}", R"({"a":2})"}));
  EXPECT_TRUE(doors.log.records("visits")[0].attributes.empty());
  EXPECT_EQ(doors.log.records("visits")[0].key, "");
}

TEST_F(Collect, TakesJsonLinesAndTheTextThatBeaconsSend) {
  EXPECT_EQ(post("{}", {}, "application/json; charset=utf-8").status, 202);
  EXPECT_EQ(post("{}", {}, "application/cloudevents+json").status, 202);
  EXPECT_EQ(post("{}", {}, "text/plain;charset=UTF-8").status, 202);
  EXPECT_EQ(post("[1]\n[2]\n", {}, "Application/X-NDJSON").status, 202);
  EXPECT_EQ(doors.answer("POST", "/v1/collect", "{}").status, 202);
  EXPECT_EQ(doors.payloads("visits"), (Payloads{"{}", "{}", "{}", "[1]", "[2]", "{}"}));
}

TEST_F(Collect, RefusesOtherTypesAndNamesThoseThatItTakes) {
  const HttpResponse response = post("a=1", {}, "application/x-www-form-urlencoded");
  EXPECT_EQ(response.status, 415);
  EXPECT_NE(response.body.find("application/x-ndjson"), std::string::npos);
  expect_nothing_stored();
}

TEST_F(Collect, TopicAndKeyComeFromTheQuery) {
  EXPECT_EQ(post("[1,2,3]", {{"topic", "clicks"}, {"key", "K"}}).status, 202);
  const auto records = doors.log.records("clicks");
  ASSERT_EQ(records.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(records[i].key, "K");
    EXPECT_EQ(records[i].position.partition, records[0].position.partition);
    EXPECT_EQ(records[i].position.offset.value, static_cast<std::int64_t>(i));
  }
}

TEST_F(Collect, AnswersWhenItIsDurableAndNeverBefore) {
  doors.log.hold();
  const auto response = doors.send("POST", "/v1/collect", "{}");
  EXPECT_FALSE(response->has_value());
  EXPECT_EQ(doors.metrics->records(Door::kCollect, DoorResult::kAccepted), 0u);
  doors.log.acknowledge();
  ASSERT_TRUE(response->has_value());
  EXPECT_EQ((*response)->status, 202);
}

TEST_F(Collect, WhatCannotBeMadeDurableIsNeverAccepted) {
  struct Case {
    ErrorCode error;
    int status;
    std::string retry_after;
  };
  for (const Case& each : {Case{ErrorCode::kUnavailable, 503, "1"}, Case{ErrorCode::kNoSpace, 507, "10"},
                           Case{ErrorCode::kIo, 503, "1"}, Case{ErrorCode::kCorrupt, 503, "1"},
                           Case{ErrorCode::kNotFound, 404, ""}, Case{ErrorCode::kInvalidArgument, 400, ""}}) {
    for (const bool taken_first : {false, true}) {
      if (taken_first) {
        doors.log.fail_next({each.error, "because"});
      } else {
        doors.log.refuse_next({each.error, "because"});
      }
      const HttpResponse response = post("[1,2]");
      EXPECT_EQ(response.status, each.status) << name(each.error);
      EXPECT_EQ(header(response, "Retry-After"), each.retry_after) << name(each.error);
      EXPECT_NE(response.body.find("because"), std::string::npos);
    }
  }
  expect_nothing_stored();
  EXPECT_EQ(doors.metrics->requests(Door::kCollect, DoorResult::kUnavailable), 8u);
  EXPECT_EQ(doors.metrics->requests(Door::kCollect, DoorResult::kRefused), 4u);
}

TEST_F(Collect, AnUnknownTopicIsSaidWhereTopicsAreNotMadeOnFirstUse) {
  doors.log.set_create_on_first_use(false);
  EXPECT_EQ(post("{}", {{"topic", "nowhere"}}).status, 404);
  EXPECT_EQ(post("{}", {{"topic", "No Name"}}).status, 400);
}

TEST_F(Collect, ABrokenListIsRefusedWithItsByteAndNothingOfItIsStored) {
  const HttpResponse response = post(R"([{"a":1},{"a":2})");
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("byte 16"), std::string::npos) << response.body;
  expect_nothing_stored();
}

TEST_F(Collect, ABrokenLineIsStoredAsItIs) {
  EXPECT_EQ(post("{\"a\":1}\n{\"a\":\n{\"a\":2}\n", {}, "application/x-ndjson").body, "{\"accepted\":3}\n");
  EXPECT_EQ(doors.payloads("visits")[1], R"({"a":)");
}

TEST_F(Collect, AnEmptyBodyIsRefusedAndAnEmptyListIsNot) {
  EXPECT_EQ(post("").status, 400);
  EXPECT_EQ(post(" \n").status, 400);
  EXPECT_EQ(post("[]").body, "{\"accepted\":0}\n");
  expect_nothing_stored();
}

TEST_F(Collect, LimitsAreNamedAndHoldToTheLastOne) {
  std::string events = "[0";
  for (std::size_t i = 1; i < kRequestEventsMax; ++i) events += ",0";
  EXPECT_EQ(post(events + "]").status, 202);
  const std::string event = "\"" + std::string(kEventSizeMax - 2, 'x') + "\"";
  EXPECT_EQ(post(event).status, 202);
  const std::string deep = std::string(kDepthMax, '[') + std::string(kDepthMax, ']');
  EXPECT_EQ(post("[" + deep + "]").status, 202);
  const std::size_t stored = doors.payloads("visits").size();

  struct Case {
    std::string body;
    std::string code;
    std::string limit;
  };
  for (const Case& each : {Case{events + ",0]", "too_many_events", "1000"},
                           Case{"\"x" + event.substr(1), "event_too_large", "262144"},
                           Case{"[0,[" + deep + "]]", "event_too_deep", "32"}}) {
    const HttpResponse response = post(each.body);
    EXPECT_EQ(response.status, 413) << each.code;
    EXPECT_NE(response.body.find(each.code), std::string::npos) << response.body;
    EXPECT_NE(response.body.find(each.limit), std::string::npos) << response.body;
  }
  EXPECT_EQ(doors.payloads("visits").size(), stored);
}

TEST_F(Collect, TheDepthThatItTakesIsTheDepthThatTheDecoderTakes) {
  const auto visit = [](std::size_t depth) {
    return R"({"x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "," +
           std::string(kVisit.substr(1));
  };
  EXPECT_EQ(post(visit(kDepthMax), {{"verbose", "1"}}).body.find("refused"), std::string::npos);
  EXPECT_EQ(post(visit(kDepthMax + 1), {{"verbose", "1"}}).status, 413);
}

TEST_F(Collect, VerboseTellsOfEachEventWhatTheEngineWillSayAndStoresAll) {
  std::string broken(kVisit);
  broken.replace(broken.find("mobile"), 6, "watch!");
  std::string partly(kVisit);
  partly.insert(partly.size() - 2, R"(,{"event_type":"page_view","timestamp":"never","details":{}})");
  const HttpResponse response =
      post("[" + std::string(kVisit) + "," + broken + "," + partly + ",7]", {{"verbose", "1"}});
  EXPECT_EQ(response.status, 202);
  const auto holds = [&](std::string_view text) { return response.body.find(text) != std::string::npos; };
  EXPECT_TRUE(holds(R"({"accepted":4,)")) << response.body;
  EXPECT_TRUE(holds(R"("contract":"visits")")) << response.body;
  EXPECT_TRUE(holds(R"({"index":0,"verdict":"accepted"})")) << response.body;
  EXPECT_TRUE(
      holds(R"({"index":1,"verdict":"refused","reason":"unknown_enum_value","message":"device_type is)"))
      << response.body;
  EXPECT_TRUE(holds(R"({"index":2,"verdict":"accepted","refused_events":[{"index":1,"reason":"bad_time",)"))
      << response.body;
  EXPECT_TRUE(holds(R"({"index":3,"verdict":"refused","reason":"wrong_top_level_type",)")) << response.body;
  EXPECT_EQ(doors.payloads("visits").size(), 4u);
}

TEST_F(Collect, VerboseGoesByTheContractThatIsNamedLikeTheTopic) {
  const auto verdict = [&](std::string topic, std::string body) {
    return post(std::move(body), {{"topic", std::move(topic)}, {"verbose", "1"}}).body;
  };
  for (const std::string topic :
       {"clicks", "transactions", "stock", "ecom_events", "orders", "catalog_changes"}) {
    const std::string body = verdict(topic, "{}");
    EXPECT_NE(body.find("\"contract\":\"" + topic + "\""), std::string::npos) << body;
    EXPECT_NE(body.find("\"reason\":\"missing_field\""), std::string::npos) << body;
  }
  EXPECT_NE(
      verdict("my_topic", "{}").find(R"("contract":null,"verdicts":[{"index":0,"verdict":"unchecked"}])"),
      std::string::npos);
  // Files of this contract are CSV; what comes through a door is JSON.
  const std::string view = verdict(
      "ecom_events", R"({"event_time":"2020-09-24 11:57:06 UTC","event_type":"view","product_id":"1",)"
                     R"("category_id":"2","price":1.5,"user_id":"3","user_session":"4"})");
  EXPECT_NE(view.find(R"("verdict":"accepted")"), std::string::npos) << view;
}

TEST_F(Collect, CountsWhatItTookAndWhatItRefused) {
  post("[1,22]");
  post("[1");
  EXPECT_EQ(doors.metrics->requests(Door::kCollect, DoorResult::kAccepted), 1u);
  EXPECT_EQ(doors.metrics->records(Door::kCollect, DoorResult::kAccepted), 2u);
  EXPECT_EQ(doors.metrics->bytes(Door::kCollect, DoorResult::kAccepted), 3u);
  EXPECT_EQ(doors.metrics->bytes(Door::kCollect, DoorResult::kRefused), 2u);
  std::string text;
  doors.metrics->append_metrics(text);
  EXPECT_NE(text.find("millrace_door_records_total{door=\"collect\",result=\"accepted\"} 2\n"),
            std::string::npos);
  EXPECT_NE(text.find("millrace_door_last_record_timestamp_seconds{door=\"collect\"} 1719824400.000000\n"),
            std::string::npos)
      << text;
}

TEST_F(Collect, PagesOfOtherSitesMaySendAndNobodyNeedsToRead) {
  const Route& route = doors.route_of("POST", "/v1/collect");
  EXPECT_TRUE(route.cross_site);
  EXPECT_EQ(route.access.kind(), Access::kIngest);
}

}  // namespace
}  // namespace millrace
