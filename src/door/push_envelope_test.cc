#include "door/push_envelope.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

using Attributes = std::vector<std::pair<std::string, std::string>>;

PushMessage read(std::string_view body) {
  auto message = read_push_envelope(body);
  if (message) return *std::move(message);
  ADD_FAILURE() << message.error();
  return {};
}

void expect_bad(std::string_view body, std::string_view words) {
  const auto message = read_push_envelope(body);
  ASSERT_FALSE(message.has_value()) << body;
  EXPECT_NE(message.error().find(words), std::string::npos) << body << " " << message.error();
}

TEST(PushEnvelope, IsReadInCamelCase) {
  const PushMessage message = read(
      R"({"message":{"data":"Zm9v","attributes":{"a":"1","b":""},"messageId":"7","publishTime":"2024-07-01T09:00:00Z",)"
      R"("orderingKey":"K"},"subscription":"projects/p/subscriptions/s","deliveryAttempt":3})");
  EXPECT_EQ(message.data, "foo");
  EXPECT_EQ(message.ordering_key, "K");
  EXPECT_EQ(message.attributes, (Attributes{{"pubsub.message_id", "7"},
                                            {"pubsub.publish_time", "2024-07-01T09:00:00Z"},
                                            {"pubsub.subscription", "projects/p/subscriptions/s"},
                                            {"pubsub.delivery_attempt", "3"},
                                            {"a", "1"},
                                            {"b", ""}}));
}

TEST(PushEnvelope, IsReadInSnakeCase) {
  const PushMessage message = read(
      R"({"message":{"data":"Zm9v","message_id":"7","publish_time":"T","ordering_key":"K"},"delivery_attempt":3})");
  EXPECT_EQ(message.ordering_key, "K");
  EXPECT_EQ(message.attributes,
            (Attributes{
                {"pubsub.message_id", "7"}, {"pubsub.publish_time", "T"}, {"pubsub.delivery_attempt", "3"}}));
}

TEST(PushEnvelope, CamelCaseCountsWhereBothAreThere) {
  const PushMessage message = read(
      R"({"message":{"data":"Zm9v","message_id":"old","messageId":"new","publish_time":"old","publishTime":null}})");
  EXPECT_EQ(message.attributes, (Attributes{{"pubsub.message_id", "new"}, {"pubsub.publish_time", "old"}}));
}

TEST(PushEnvelope, DataMayBeMissingWhereThereAreAttributes) {
  EXPECT_EQ(read(R"({"message":{"attributes":{"a":"1"}}})").data, "");
  EXPECT_EQ(read(R"({"message":{"data":"","attributes":{"a":"1"}}})").data, "");
  EXPECT_EQ(read(R"({"message":{"data":"Zm9v","attributes":null,"orderingKey":""}})").ordering_key, "");
  expect_bad(R"({"message":{}})", "neither data nor attributes");
  expect_bad(R"({"message":{"data":"","attributes":{},"messageId":"7"}})", "neither data nor attributes");
}

TEST(PushEnvelope, WhatCannotBeReadIsSaidInWords) {
  expect_bad("", "no JSON");
  expect_bad("hello", "no JSON");
  expect_bad(R"({"message":{"data":"Zm9v"})", "no JSON");
  expect_bad("{\"message\":{\"data\":\"\xFF\"}}", "no JSON");
  expect_bad("[]", "no object");
  expect_bad("{}", "no message");
  expect_bad(R"({"message":null})", "no message");
  expect_bad(R"({"message":"Zm9v"})", "message is no object");
  expect_bad(R"({"message":{"data":7}})", "data is no string");
  expect_bad(R"({"message":{"data":"Zm 9v"}})", "no base64");
  expect_bad(R"({"message":{"data":"Zm9v","attributes":["a"]}})", "attributes is no object");
  expect_bad(R"({"message":{"data":"Zm9v","attributes":{"a":1}}})", "no string");
  expect_bad(R"({"message":{"data":"Zm9v","orderingKey":1}})", "orderingKey is no string");
  expect_bad(R"({"message":{"data":"Zm9v"},"deliveryAttempt":"3"})", "deliveryAttempt");
  expect_bad(std::string(100'000, '['), "no JSON");
}

}  // namespace
}  // namespace millrace
