#include "app/send_queue.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace millrace {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 60s;  // ends a test that hangs

// Answers as a test decides.
class TestSender final : public RecordSender {
 public:
  using Answers = std::function<Result<SendAnswer>(const RecordBatch&)>;
  explicit TestSender(Answers answers) : answers_(std::move(answers)) {}

  Result<SendAnswer> send(const RecordBatch& batch, const std::stop_token& stop) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [this] { return is_open_; });
    sent_.push_back(batch);
    return answers_(batch);
  }

  void open(bool is_open) {
    const std::lock_guard lock(mutex_);
    is_open_ = is_open;
    changed_.notify_all();
  }
  std::vector<RecordBatch> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

 private:
  Answers answers_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool is_open_ = true;
  std::vector<RecordBatch> sent_;
};

Result<SendAnswer> acknowledge(const RecordBatch&) {
  return SendAnswer{};
}

std::string lines_of(const std::vector<RecordBatch>& batches, std::string_view topic) {
  std::string lines;
  for (const RecordBatch& batch : batches) {
    if (batch.topic == topic) lines += batch.lines;
  }
  return lines;
}

TEST(SendQueue, SendsEveryRecordOnceAndInTheOrderOfItsTopic) {
  TestSender sender(acknowledge);
  SendQueue queue(sender);
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    const std::string line = std::to_string(i) + "\n";
    expected += line;
    ASSERT_TRUE(queue.add(i % 2 == 0 ? "even" : "odd", line, {}, kPatience).has_value());
    ASSERT_TRUE(queue.add("all", line, {}, kPatience).has_value());
  }
  ASSERT_TRUE(queue.drain(kPatience).has_value());
  EXPECT_EQ(lines_of(sender.sent(), "all"), expected);
  const SendCounts counts = queue.counts();
  EXPECT_EQ(counts.acknowledged_total, 10'000u);
  EXPECT_EQ(counts.acknowledged.at("even"), 2500u);
  EXPECT_EQ(counts.acknowledged.at("odd"), 2500u);
  EXPECT_EQ(counts.waiting, 0u);
  EXPECT_EQ(counts.refused_requests + counts.sent_again, 0u);
}

TEST(SendQueue, WhatComesMeanwhileGoesTogetherUpToTheLimitsOfARequest) {
  TestSender sender(acknowledge);
  sender.open(false);
  SendQueue queue(sender);
  const std::string large(kSendBatchMax / 4, 'x');
  for (std::size_t i = 0; i < 2 * kRequestEventsMax + 10; ++i) {
    ASSERT_TRUE(queue.add("small", "1\n", {}, kPatience).has_value());
  }
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(queue.add("large", large, {}, kPatience).has_value());
  sender.open(true);
  ASSERT_TRUE(queue.drain(kPatience).has_value());
  const auto sent = sender.sent();
  EXPECT_LE(sent.size(), 4u + 3u);
  for (const RecordBatch& batch : sent) {
    EXPECT_LE(batch.records, kRequestEventsMax);
    EXPECT_LE(batch.lines.size(), kSendBatchMax);
  }
}

TEST(SendQueue, ARefusedBatchIsSentAgainUntilItIsAcknowledged) {
  int asked = 0;
  TestSender sender([&](const RecordBatch&) -> Result<SendAnswer> {
    if (++asked <= 3) return SendAnswer{SendAnswer::Kind::kRefused, 0ms, "busy"};
    return SendAnswer{};
  });
  SendQueue queue(sender);
  ASSERT_TRUE(queue.add("t", "a\n", {}, kPatience).has_value());
  ASSERT_TRUE(queue.drain(kPatience).has_value());
  const SendCounts counts = queue.counts();
  EXPECT_EQ(counts.acknowledged_total, 1u);
  EXPECT_EQ(counts.refused_requests, 3u);
  EXPECT_EQ(counts.sent_again, 0u);
}

TEST(SendQueue, WhatMayHaveBeenStoredIsSentAgainAndCounted) {
  int asked = 0;
  TestSender sender([&](const RecordBatch&) -> Result<SendAnswer> {
    if (++asked == 1) return SendAnswer{SendAnswer::Kind::kUnknown, 0ms, "connection reset"};
    return SendAnswer{};
  });
  SendQueue queue(sender);
  ASSERT_TRUE(queue.add("t", "a\n", {}, kPatience).has_value());
  ASSERT_TRUE(queue.drain(kPatience).has_value());
  EXPECT_EQ(queue.counts().acknowledged_total, 1u);
  EXPECT_EQ(queue.counts().sent_again, 1u);
}

TEST(SendQueue, IsBoundedAndGivesUpOnlyWhenStoppedAndOutOfPatience) {
  TestSender sender(acknowledge);
  sender.open(false);
  SendQueue queue(sender, 10);
  ASSERT_TRUE(queue.add("t", "0123456789\n", {}, kPatience).has_value());
  std::stop_source stop;
  stop.request_stop();
  const Status added = queue.add("t", "more\n", stop.get_token(), 1ms);
  ASSERT_FALSE(added.has_value());
  EXPECT_EQ(added.error().code, ErrorCode::kUnavailable);
  const Status drained = queue.drain(1ms);
  ASSERT_FALSE(drained.has_value());
  EXPECT_EQ(drained.error().code, ErrorCode::kUnavailable);

  sender.open(true);
  ASSERT_TRUE(queue.add("t", "more\n", {}, kPatience).has_value());
  ASSERT_TRUE(queue.drain(kPatience).has_value());
  EXPECT_EQ(lines_of(sender.sent(), "t"), "0123456789\nmore\n");
}

TEST(SendQueue, AnErrorOfTheSenderEndsEverything) {
  TestSender sender(
      [](const RecordBatch&) -> Result<SendAnswer> { return fail(ErrorCode::kIo, "no token"); });
  SendQueue queue(sender, 1);
  ASSERT_TRUE(queue.add("t", "a\n", {}, kPatience).has_value());
  EXPECT_EQ(queue.drain(kPatience).error().message, "no token");
  EXPECT_EQ(queue.add("t", "b\n", {}, kPatience).error().message, "no token");
  EXPECT_EQ(queue.failure()->message, "no token");
  EXPECT_EQ(queue.counts().acknowledged_total, 0u);
}

}  // namespace
}  // namespace millrace
