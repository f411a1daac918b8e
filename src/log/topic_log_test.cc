#include "log/topic_log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <thread>

#include "base/crash_file_system.h"
#include "base/faulty_file_system.h"
#include "base/limits.h"
#include "log/open_topic_log.h"
#include "log/test_disk.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kStart{1'720'000'000'000'000};

TopicSettings with_partitions(std::uint32_t count) {
  TopicSettings settings;
  settings.partitions = count;
  return settings;
}

// An append whose answer can be waited for.
class Answer {
 public:
  TopicLog::Done done() {
    return
        [promise = promise_](Result<std::vector<Position>> result) { promise->set_value(std::move(result)); };
  }
  bool is_there() const { return future_.wait_for(0s) == std::future_status::ready; }
  Result<std::vector<Position>> get() { return future_.get(); }

 private:
  std::shared_ptr<std::promise<Result<std::vector<Position>>>> promise_ =
      std::make_shared<std::promise<Result<std::vector<Position>>>>();
  std::future<Result<std::vector<Position>>> future_ = promise_->get_future();
};

class TopicLogTest : public testing::Test {
 protected:
  void TearDown() override { disk_.release(); }

  TopicLog& open_gated() {
    auto log = open_topic_log(files_, clock_, "/log", options_, disk_.opener(clock_));
    EXPECT_TRUE(log) << log.error().message;
    log_ = std::move(*log);
    return *log_;
  }
  TopicLog& open(FileSystem& files) {
    auto log = TopicLog::open(files, clock_, "/log", options_);
    EXPECT_TRUE(log) << log.error().message;
    log_ = std::move(*log);
    return *log_;
  }
  TopicLog& open() { return open(files_); }

  Status append(std::string_view key, std::string_view payload, Answer& answer) {
    const NewRecord record{key, payload, {}};
    return log_->append("t", {&record, 1}, answer.done());
  }
  Result<std::vector<Position>> append_and_wait(std::string_view key, std::string_view payload) {
    const NewRecord record{key, payload, {}};
    return log_->append_and_wait("t", {&record, 1});
  }
  std::vector<std::string> payloads(std::uint32_t partition) {
    std::vector<std::string> all;
    Offset next = log_->topic("t")->partitions[partition].start;
    for (;;) {
      const auto batch = log_->read("t", {partition}, next, 1 << 20);
      EXPECT_TRUE(batch) << batch.error().message;
      if (!batch || batch->next == next) return all;
      for (const LogRecord& record : batch->records) all.emplace_back(record.payload);
      next = batch->next;
    }
  }
  bool metrics_hold(std::string_view line) {
    std::string text;
    log_->append_metrics(text);
    return text.find(std::string(line) + "\n") != std::string::npos;
  }
  template <typename Condition>
  static void wait_until(const Condition& condition) {
    while (!condition()) std::this_thread::sleep_for(1ms);
  }

  ManualClock clock_{kStart};
  CrashFileSystem files_;
  FaultyFileSystem faulty_{files_};
  TestDisk disk_;
  TopicLogOptions options_;
  std::unique_ptr<TopicLog> log_;
};

// ---- topics ----

TEST_F(TopicLogTest, ATopicIsThereAfterARestartAsItWasMade) {
  TopicSettings settings = with_partitions(3);
  settings.retention_bytes = 1'000'000;
  ASSERT_TRUE(open().create("t", settings));
  const auto made = log_->topic("t");
  log_.reset();
  const auto found = open().topic("t");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->settings, settings);
  EXPECT_EQ(found->created, made->created);
  EXPECT_EQ(found->partitions.size(), 3u);
}

TEST_F(TopicLogTest, ATopicIsMadeByItsFirstAppendUnlessThatIsSwitchedOff) {
  open_gated();
  EXPECT_TRUE(append_and_wait("", "a"));
  EXPECT_EQ(log_->topic("t")->partitions.size(), 4u);
  log_.reset();
  options_.create_on_first_use = false;
  open_gated();
  const NewRecord record{"", "a", {}};
  const auto refused = log_->append_and_wait("other", {&record, 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
}

TEST_F(TopicLogTest, NamesAndSettingsAreChecked) {
  open_gated();
  EXPECT_EQ(log_->create(".t", {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(log_->create("t", with_partitions(65)).error().code, ErrorCode::kInvalidArgument);
  ASSERT_TRUE(log_->create("t", {}));
  EXPECT_EQ(log_->create("t", {}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(log_->remove("other").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(log_->read("t", {4}, {0}, 1).error().code, ErrorCode::kNotFound);
}

TEST_F(TopicLogTest, ADeletedTopicIsGoneAndItsNameIsFree) {
  open();
  ASSERT_TRUE(append_and_wait("k", "old"));
  ASSERT_TRUE(log_->remove("t"));
  EXPECT_FALSE(log_->topic("t"));
  ASSERT_TRUE(append_and_wait("k", "new"));
  log_.reset();
  open();
  const Partition partition = partition_of("k", 4);
  EXPECT_EQ(payloads(partition.value), std::vector<std::string>{"new"});
}

TEST_F(TopicLogTest, AppendsToATopicThatIsDeletedMeanwhileAreAnswered) {
  open_gated();
  ASSERT_TRUE(log_->create("t", with_partitions(1)));
  disk_.hold();
  Answer first;
  Answer second;
  ASSERT_TRUE(append("", "a", first));
  disk_.wait_until_held(1);
  ASSERT_TRUE(append("", "b", second));
  std::jthread remover([&] { EXPECT_TRUE(log_->remove("t")); });
  wait_until([&] { return !log_->topic("t"); });
  disk_.release();
  EXPECT_TRUE(first.get());
  (void)second.get();  // before or behind the deletion
}

// ---- appending ----

TEST_F(TopicLogTest, NothingIsAcknowledgedBeforeItIsSynced) {
  open_gated();
  disk_.hold();
  Answer answer;
  ASSERT_TRUE(append("k", "a", answer));
  disk_.wait_until_held(1);
  EXPECT_FALSE(answer.is_there());
  disk_.release();
  const auto positions = answer.get();
  ASSERT_TRUE(positions);
  EXPECT_EQ(positions->front().partition, partition_of("k", 4));
  EXPECT_EQ(positions->front().offset, Offset{0});
}

TEST_F(TopicLogTest, AppendsThatComeDuringASyncShareTheNextOne) {
  open_gated();
  ASSERT_TRUE(log_->create("t", with_partitions(1)));
  disk_.hold();
  std::vector<Answer> answers(101);
  ASSERT_TRUE(append("", "first", answers[0]));
  disk_.wait_until_held(1);
  for (std::size_t i = 1; i < answers.size(); ++i) ASSERT_TRUE(append("", "next", answers[i]));
  disk_.release();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto positions = answers[i].get();
    ASSERT_TRUE(positions);
    EXPECT_EQ(positions->front().offset, Offset{static_cast<std::int64_t>(i)});
  }
  const auto batches = disk_.contents("/log/t/0").batches;
  ASSERT_EQ(batches.size(), 2u);
  EXPECT_EQ(batches[1].records, 100u);
  EXPECT_EQ(batches[1].bodies.size(), 1u);  // small ones share a block
}

TEST_F(TopicLogTest, LargeAppendsKeepTheirOffsetsAmongSmallOnes) {
  open_gated();
  ASSERT_TRUE(log_->create("t", with_partitions(1)));
  disk_.hold();
  const std::string large(kRecordSizeMax, 'x');
  const std::vector<NewRecord> many(20, NewRecord{"", large, {}});
  Answer small;
  Answer big;
  Answer after;
  ASSERT_TRUE(append("", "a", small));
  disk_.wait_until_held(1);
  ASSERT_TRUE(log_->append("t", many, big.done()));
  ASSERT_TRUE(append("", "b", after));
  disk_.release();
  EXPECT_EQ(small.get()->front().offset, Offset{0});
  const auto positions = big.get();
  ASSERT_TRUE(positions);
  for (std::size_t i = 0; i < many.size(); ++i) {
    EXPECT_EQ((*positions)[i].offset, Offset{static_cast<std::int64_t>(i + 1)});
  }
  EXPECT_EQ(after.get()->front().offset, Offset{21});
  EXPECT_EQ(payloads(0).size(), 22u);
}

TEST_F(TopicLogTest, KeylessRecordsGatherInOnePartitionWhileAnotherIsSynced) {
  open_gated();
  disk_.hold();
  std::vector<Answer> answers(options_.commit_threads + 50);
  for (std::size_t i = 0; i < options_.commit_threads; ++i) {  // one a thread, each in a partition of its own
    ASSERT_TRUE(append("", "a", answers[i]));
    disk_.wait_until_held(i + 1);
  }
  for (std::size_t i = options_.commit_threads; i < answers.size(); ++i) {
    ASSERT_TRUE(append("", "b", answers[i]));
  }
  disk_.release();
  std::map<std::uint32_t, int> by_partition;
  for (Answer& answer : answers) ++by_partition[answer.get()->front().partition.value];
  EXPECT_EQ(by_partition[0], 51);
  EXPECT_EQ(by_partition[1] + by_partition[2] + by_partition[3], 3);
}

TEST_F(TopicLogTest, TheRecordsOfOneAppendAreAnsweredInTheirOrder) {
  open_gated();
  std::vector<std::string> keys;
  for (int i = 0; i < 100; ++i) keys.push_back("k" + std::to_string(i));
  std::vector<NewRecord> records;
  for (const std::string& key : keys) records.push_back({key, key, {}});
  const auto positions = log_->append_and_wait("t", records);
  ASSERT_TRUE(positions);
  ASSERT_EQ(positions->size(), keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Position& at = (*positions)[i];
    EXPECT_EQ(at.partition, partition_of(keys[i], 4));
    const auto batch = log_->read("t", at.partition, at.offset, 1);
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->records.front().payload, keys[i]);
  }
}

TEST_F(TopicLogTest, OrderOfAKeyIsTheOrderOfTheCalls) {
  open();
  constexpr int kThreads = 4;
  constexpr int kRecords = 500;
  ASSERT_TRUE(log_->create("t", with_partitions(2)));
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, t] {
        const std::string key = "key" + std::to_string(t);
        std::vector<Answer> answers(kRecords);
        for (int i = 0; i < kRecords; ++i) {
          ASSERT_TRUE(append(key, key + " " + std::to_string(i), answers[static_cast<std::size_t>(i)]));
        }
        for (Answer& answer : answers) EXPECT_TRUE(answer.get());
      });
    }
  }
  std::map<std::string, int> next;
  for (const std::uint32_t partition : {0u, 1u}) {
    for (const std::string& payload : payloads(partition)) {
      const std::size_t blank = payload.find(' ');
      EXPECT_EQ(payload.substr(blank + 1), std::to_string(next[payload.substr(0, blank)]++));
    }
  }
  for (const auto& [key, count] : next) EXPECT_EQ(count, kRecords) << key;
  EXPECT_EQ(next.size(), static_cast<std::size_t>(kThreads));
}

TEST_F(TopicLogTest, RecordsBeyondTheLimitsAreRefusedAndNothingOfTheirAppendIsTaken) {
  open_gated();
  const std::string large(kRecordSizeMax + 1, 'x');
  const std::vector<NewRecord> payload{{"", "a", {}}, {"", large, {}}};
  const std::vector<NewRecord> key{{std::string_view(large).substr(0, kKeySizeMax + 1), "a", {}}};
  const std::vector<NewRecord> many{{"", "a", std::vector<Attribute>(kAttributesMax + 1, {"n", "v"})}};
  const std::vector<NewRecord> wide{
      {"", "a", {{"n", std::string_view(large).substr(0, kAttributesSizeMax)}}}};
  for (const auto& records : {payload, key, many, wide, std::vector<NewRecord>()}) {
    const auto refused = log_->append_and_wait("t", records);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(log_->topics().empty());
}

TEST_F(TopicLogTest, BeyondWhatMayWaitAppendsAreRefusedUntilTheDiskHasTakenSome) {
  options_.pending_bytes_max = 100'000;
  open_gated();
  disk_.hold();
  const std::string payload(30'000, 'x');
  std::vector<Answer> answers(4);
  for (std::size_t i = 0; i < 3; ++i) ASSERT_TRUE(append("k", payload, answers[i]));
  const Status refused = append("k", payload, answers[3]);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(refused.error().message.find("try again"), std::string::npos);
  EXPECT_FALSE(log_->ready());
  EXPECT_TRUE(log_->health());
  EXPECT_TRUE(metrics_hold("millrace_log_refused_appends_total{reason=\"pending\"} 1"));
  disk_.release();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(answers[i].get());
  EXPECT_TRUE(append_and_wait("k", payload));
  EXPECT_TRUE(log_->ready());
  EXPECT_TRUE(metrics_hold("millrace_log_pending_bytes 0"));
}

// ---- failures ----

TEST_F(TopicLogTest, AfterAFailedSyncNothingIsAcknowledgedAnyMore) {
  open(faulty_);
  ASSERT_TRUE(log_->create("t", with_partitions(2)));
  ASSERT_TRUE(append_and_wait("a", "1"));
  faulty_.fail_nth(FileOperation::kSync, 1);
  const auto failed = append_and_wait("a", "2");
  EXPECT_FALSE(failed);
  for (const char* key : {"a", "b", "c", "d"}) {
    const auto refused = append_and_wait(key, "3");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  }
  EXPECT_FALSE(log_->health());
  EXPECT_FALSE(log_->ready());
  EXPECT_FALSE(log_->create("other", {}));
  EXPECT_EQ(payloads(partition_of("a", 2).value), std::vector<std::string>{"1"});  // reading goes on
  EXPECT_TRUE(metrics_hold("millrace_log_failed 1"));
  log_.reset();
  open();
  EXPECT_TRUE(log_->health());
  EXPECT_TRUE(append_and_wait("a", "4"));
}

TEST_F(TopicLogTest, WhatIsPendingWhenASyncFailsIsRefusedInEveryPartition) {
  open_gated();
  disk_.hold();
  disk_.set_error(Error{ErrorCode::kIo, "the disk said no"});
  std::vector<Answer> answers(50);
  for (std::size_t i = 0; i < answers.size(); ++i)
    ASSERT_TRUE(append("k" + std::to_string(i), "a", answers[i]));
  disk_.release();
  for (Answer& answer : answers) EXPECT_FALSE(answer.get());
  EXPECT_FALSE(log_->health());
}

TEST_F(TopicLogTest, AFullDiskRefusesAndTakesAgainWithoutARestart) {
  open(faulty_);
  ASSERT_TRUE(append_and_wait("a", "1"));
  faulty_.limit_space(0);
  const auto refused = append_and_wait("a", "2");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNoSpace);
  EXPECT_TRUE(log_->health());
  EXPECT_FALSE(log_->ready());
  EXPECT_TRUE(metrics_hold("millrace_log_disk_full 1"));
  faulty_.free_space();
  ASSERT_TRUE(append_and_wait("a", "3"));
  EXPECT_TRUE(log_->ready());
  EXPECT_EQ(payloads(partition_of("a", 4).value), (std::vector<std::string>{"1", "3"}));
}

TEST_F(TopicLogTest, ThatThereIsSpaceAgainIsFoundWithoutAnAppend) {
  open(faulty_);
  ASSERT_TRUE(append_and_wait("a", "1"));
  faulty_.limit_space(0);
  ASSERT_FALSE(append_and_wait("a", "2"));
  ASSERT_FALSE(log_->ready());
  faulty_.free_space();
  wait_until([&] { return log_->ready().has_value(); });
}

TEST_F(TopicLogTest, AWriteThatDoesNotEndMakesItUnhealthyMeanwhile) {
  options_.stuck_after_seconds = 0;
  open_gated();
  disk_.hold();
  Answer answer;
  ASSERT_TRUE(append("k", "a", answer));
  disk_.wait_until_held(1);
  EXPECT_FALSE(log_->health());
  disk_.release();
  EXPECT_TRUE(answer.get());
}

// ---- reading ----

TEST_F(TopicLogTest, WhoWaitsForARecordIsWokenByIt) {
  open();
  ASSERT_TRUE(log_->create("t", with_partitions(1)));
  EXPECT_FALSE(log_->wait_for("t", {0}, {0}, {}, 0ms));
  std::jthread appender([this] { EXPECT_TRUE(append_and_wait("", "a")); });
  EXPECT_TRUE(log_->wait_for("t", {0}, {0}, {}, 1h));
  EXPECT_TRUE(log_->wait_for("t", {0}, {0}, {}, 0ms));
  EXPECT_FALSE(log_->wait_for("t", {0}, {1}, {}, 0ms));
}

TEST_F(TopicLogTest, WaitingEndsWhenItIsStopped) {
  open();
  ASSERT_TRUE(log_->create("t", with_partitions(1)));
  std::stop_source stop;
  std::jthread stopper([&stop] { stop.request_stop(); });
  EXPECT_FALSE(log_->wait_for("t", {0}, {0}, stop.get_token(), 1h));
}

TEST_F(TopicLogTest, BlankedRecordsAreGoneForReaders) {
  open();
  ASSERT_TRUE(log_->create("t", with_partitions(1)));
  for (const char* payload : {"a", "secret", "c"}) ASSERT_TRUE(append_and_wait("", payload));
  const std::vector<Offset> offsets{{1}};
  ASSERT_TRUE(log_->blank("t", {0}, offsets));
  EXPECT_EQ(payloads(0), (std::vector<std::string>{"a", "", "c"}));
  ASSERT_TRUE(append_and_wait("", "d"));
}

TEST_F(TopicLogTest, TheFirstArrivalIsThatOfTheOldestRecord) {
  open();
  ASSERT_TRUE(log_->create("t", with_partitions(1)));
  EXPECT_EQ(log_->topic("t")->partitions[0].first_arrival.micros, 0);
  ASSERT_TRUE(append_and_wait("", "a"));
  clock_.set({kStart.micros + 1'000'000});
  ASSERT_TRUE(append_and_wait("", "b"));
  EXPECT_EQ(log_->topic("t")->partitions[0].first_arrival, kStart);
}

// ---- upkeep ----

TEST_F(TopicLogTest, APartitionWithoutTrafficNotesTheTime) {
  open_gated();
  ASSERT_TRUE(log_->create("t", with_partitions(2)));
  for (const char* folder : {"/log/t/0", "/log/t/1"}) {
    disk_.wait_until(folder, [](const auto& contents) { return !contents.time_records.empty(); });
    EXPECT_EQ(disk_.contents(folder).time_records.front(), kStart);
  }
}

TEST_F(TopicLogTest, RetentionSparesWhatAReaderHasPinned) {
  options_.retention_check_seconds = 0;
  open_gated();
  ASSERT_TRUE(log_->create("t", with_partitions(1)));
  disk_.wait_until("/log/t/0", [](const auto& contents) { return contents.pinned.has_value(); });
  ASSERT_TRUE(log_->pin("t", {0}, "slow", {5}));
  ASSERT_TRUE(log_->pin("t", {0}, "fast", {90}));
  disk_.wait_until("/log/t/0", [](const auto& contents) { return contents.pinned == Offset{5}; });
  ASSERT_TRUE(log_->pin("t", {0}, "slow", {70}));
  disk_.wait_until("/log/t/0", [](const auto& contents) { return contents.pinned == Offset{70}; });
  log_->unpin("t", "slow");
  disk_.wait_until("/log/t/0", [](const auto& contents) { return contents.pinned == Offset{90}; });
  EXPECT_FALSE(log_->pin("other", {0}, "slow", {5}));
}

// ---- the end ----

TEST_F(TopicLogTest, ClosingCommitsWhatIsPendingAndAnswersIt) {
  open_gated();
  disk_.hold();
  std::vector<Answer> answers(20);
  for (std::size_t i = 0; i < answers.size(); ++i)
    ASSERT_TRUE(append("k" + std::to_string(i), "a", answers[i]));
  disk_.wait_until_held(1);
  disk_.release();
  log_.reset();
  for (Answer& answer : answers) {
    ASSERT_TRUE(answer.is_there());
    EXPECT_TRUE(answer.get());
  }
  for (const char* folder : {"/log/t/0", "/log/t/1", "/log/t/2", "/log/t/3"}) {
    EXPECT_TRUE(disk_.contents(folder).is_closed);
  }
}

TEST_F(TopicLogTest, NothingAcknowledgedIsLostInAPowerCut) {
  open();
  std::vector<std::string> acknowledged;
  for (int i = 0; i < 50; ++i) {
    acknowledged.push_back(std::to_string(i));
    ASSERT_TRUE(append_and_wait("k", acknowledged.back()));
  }
  const std::uint32_t partition = partition_of("k", 4).value;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto after = files_.crash(seed);
    open(*after);
    EXPECT_EQ(payloads(partition), acknowledged) << seed;
    log_.reset();
  }
}

TEST_F(TopicLogTest, MetricsTellWhatIsStored) {
  open();
  ASSERT_TRUE(log_->create("t", with_partitions(1)));
  ASSERT_TRUE(append_and_wait("", "a"));
  EXPECT_TRUE(metrics_hold("millrace_log_records_total{topic=\"t\"} 1"));
  EXPECT_TRUE(metrics_hold("millrace_log_kept_records{topic=\"t\"} 1"));
  EXPECT_TRUE(metrics_hold("millrace_log_segments{topic=\"t\"} 1"));
  EXPECT_TRUE(metrics_hold("millrace_log_commit_duration_seconds_count 1"));
}

}  // namespace
}  // namespace millrace
