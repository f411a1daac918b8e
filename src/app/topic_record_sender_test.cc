#include "app/topic_record_sender.h"

#include <gtest/gtest.h>

#include "log/test_topic_log.h"

namespace millrace {
namespace {

RecordBatch batch_of(std::string lines, std::uint64_t records) {
  return {.topic = "visits", .lines = std::move(lines), .records = records};
}

class TopicRecordSenderTest : public testing::Test {
 protected:
  ManualClock clock_{Timestamp{1'700'000'000'000'000}};
  TestTopicLog log_{clock_};
  TopicRecordSender sender_{log_};
};

TEST_F(TopicRecordSenderTest, EachLineIsARecordWithoutItsNewline) {
  const auto answer = sender_.send(batch_of("{\"a\": 1}\n[broken\n", 2), {});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->kind, SendAnswer::Kind::kAcknowledged);
  const auto records = log_.records("visits");
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].payload, "{\"a\": 1}");
  EXPECT_EQ(records[1].payload, "[broken");
}

TEST_F(TopicRecordSenderTest, WithoutSpaceOrWithTooMuchToDoItIsRefusedForNow) {
  for (const ErrorCode code : {ErrorCode::kNoSpace, ErrorCode::kUnavailable}) {
    log_.refuse_next({code, "not now"});
    const auto answer = sender_.send(batch_of("a\n", 1), {});
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->kind, SendAnswer::Kind::kRefused);
    EXPECT_EQ(answer->reason, "not now");
  }
}

TEST_F(TopicRecordSenderTest, AnyOtherErrorIsForGood) {
  log_.refuse_next({ErrorCode::kNotFound, "there is no topic visits"});
  const auto answer = sender_.send(batch_of("a\n", 1), {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace millrace
