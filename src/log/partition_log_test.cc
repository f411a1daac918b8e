#include "log/partition_log.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/crash_file_system.h"
#include "base/faulty_file_system.h"
#include "base/limits.h"
#include "log/record_codec.h"
#include "log/test_partition.h"

namespace millrace {
namespace {

class PartitionLogTest : public testing::Test {
 protected:
  TestPartition partition_;
};

TEST_F(PartitionLogTest, WhatWasAppendedIsReadInOrderWithItsBytes) {
  partition_.open();
  EXPECT_EQ(partition_.append({"a", "bb", ""}), 0);
  EXPECT_EQ(partition_.append({"ccc"}), 3);
  EXPECT_EQ(partition_.payloads(), (std::vector<std::string>{"a", "bb", "", "ccc"}));
}

TEST_F(PartitionLogTest, WhatWasAppendedIsThereAfterAKillWithoutClose) {
  partition_.open();
  partition_.append({"a", "b"});
  const Recovery recovery = partition_.reopen();
  EXPECT_GT(recovery.scanned_bytes, 0U);
  EXPECT_TRUE(recovery.findings.empty());
  EXPECT_EQ(partition_.append({"c"}), 2);
  EXPECT_EQ(partition_.payloads(), (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(PartitionLogTest, AfterACleanCloseNothingIsScanned) {
  partition_.open();
  partition_.append({"a", "b"});
  ASSERT_TRUE(partition_.log().append_time({5'000'000}).has_value());
  ASSERT_TRUE(partition_.log().close().has_value());
  const Recovery recovery = partition_.reopen();
  EXPECT_EQ(recovery.scanned_bytes, 0U);
  EXPECT_EQ(partition_.log().state().last_arrival, Timestamp{5'000'000});
  EXPECT_EQ(partition_.payloads(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(PartitionLogTest, EachGroupIsToldItsFirstOffset) {
  partition_.open();
  const std::string one = encode_records(std::vector<std::string>{"a"});
  const std::string two = encode_records(std::vector<std::string>{"b", "c"});
  const std::vector<AppendGroup> groups = {{one, 1}, {two, 2}, {one, 1}};
  const auto offsets = partition_.log().append_group(groups);
  ASSERT_TRUE(offsets.has_value());
  EXPECT_EQ(*offsets, (std::vector<Offset>{{0}, {1}, {3}}));
  EXPECT_EQ(partition_.payloads(), (std::vector<std::string>{"a", "b", "c", "a"}));
}

TEST_F(PartitionLogTest, AppendCostsOneSync) {
  FaultyFileSystem files(partition_.disk());
  partition_.put_before_disk(files);
  partition_.open();
  const std::uint64_t before = files.calls(FileOperation::kSync);
  const std::string one = encode_records(std::vector<std::string>{"a"});
  const std::vector<AppendGroup> groups(50, {one, 1});
  ASSERT_TRUE(partition_.log().append_group(groups));
  EXPECT_EQ(files.calls(FileOperation::kSync), before + 1);
}

TEST_F(PartitionLogTest, GroupsBeyondTheBoundOfABatchBecomeSeveral) {
  partition_.open();
  const std::string body = encode_records(std::vector<std::string>{std::string(kBatchBodyMax / 2, 'x')});
  const std::vector<AppendGroup> groups(3, {body, 1});
  const auto offsets = partition_.log().append_group(groups);
  ASSERT_TRUE(offsets.has_value());
  EXPECT_EQ(*offsets, (std::vector<Offset>{{0}, {1}, {2}}));
  EXPECT_EQ(partition_.read_all().records.size(), 3U);
}

TEST_F(PartitionLogTest, GroupBeyondTheBoundOfABatchIsRefused) {
  partition_.open();
  const std::string body = encode_records(std::vector<std::string>{std::string(kBatchBodyMax, 'x')});
  const std::vector<AppendGroup> groups = {{body, 1}};
  EXPECT_EQ(partition_.log().append_group(groups).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(partition_.append({"small"}), 0);
}

TEST_F(PartitionLogTest, ReadingGivesAtLeastOneRecordAndNoMoreThanAskedFor) {
  partition_.open();
  partition_.append({std::string(1'000, 'a'), std::string(1'000, 'b'), std::string(1'000, 'c')});
  EXPECT_EQ(partition_.log().read({0}, 0)->records.size(), 1U);
  EXPECT_EQ(partition_.log().read({0}, 1'500)->records.size(), 1U);
  const auto batch = partition_.log().read({1}, 2'100);
  EXPECT_EQ(batch->records.size(), 2U);
  EXPECT_EQ(batch->records.front().offset, Offset{1});
  EXPECT_EQ(batch->next, Offset{3});
}

TEST_F(PartitionLogTest, ReadingAtTheEndIsEmptyAndBeforeTheStartNotFound) {
  partition_.options().segment_size_max = 1;
  partition_.open();
  EXPECT_TRUE(partition_.log().read({0}, 100)->records.empty());
  partition_.append({"a"});
  partition_.append({"b"});
  EXPECT_TRUE(partition_.log().read({2}, 100)->records.empty());
  ASSERT_TRUE(partition_.log().retain(kTimestampMax, 0, {1}));
  const auto batch = partition_.log().read({0}, 100);
  ASSERT_FALSE(batch.has_value());
  EXPECT_EQ(batch.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(batch.error().message, "/partition starts at offset 1: 0 is no longer kept");
}

TEST_F(PartitionLogTest, ArrivalNeverGoesBackThoughTheClockDoes) {
  partition_.open();
  partition_.clock().set({5'000'000});
  partition_.append({"a"});
  partition_.clock().set({3'000'000});
  partition_.append({"b"});
  partition_.reopen();
  partition_.append({"c"});
  for (const LogRecord& record : partition_.read_all().records) {
    EXPECT_EQ(record.arrival, Timestamp{5'000'000});
  }
}

TEST_F(PartitionLogTest, TimeRecordsTakeNoOffsetAndNoMoreSpaceThanOne) {
  partition_.open();
  partition_.append({"a"});
  for (int second = 2; second < 100; ++second) {
    ASSERT_TRUE(partition_.log().append_time({second * 1'000'000}));
  }
  EXPECT_EQ(partition_.log().state().last_arrival, Timestamp{99'000'000});
  EXPECT_EQ(partition_.append({"b"}), 1);
  EXPECT_EQ(partition_.payloads(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(partition_.log().state().bytes,
            kSegmentHeaderSize + 3 * kBatchHeaderSize + 2 * (kRecordOverhead + 1));
}

TEST_F(PartitionLogTest, FirstRecordAtOrAfterATimeIsFoundInAnySegment) {
  partition_.options().segment_size_max = 600;
  partition_.options().index_distance = 200;
  partition_.open();
  for (int second = 2; second < 30; ++second) {
    partition_.clock().set({second * 1'000'000});
    partition_.append({"one", "two"});
  }
  ASSERT_GT(partition_.log().state().segments, 3U);
  EXPECT_EQ(partition_.log().offset_at({0}), Offset{0});
  for (int second = 2; second < 30; ++second) {
    EXPECT_EQ(partition_.log().offset_at({second * 1'000'000}), Offset{(second - 2) * 2});
    EXPECT_EQ(partition_.log().offset_at({second * 1'000'000 + 1}), Offset{(second - 1) * 2});
  }
}

TEST_F(PartitionLogTest, RetentionRemovesWhatIsOldUpToWhatIsPinned) {
  partition_.options().segment_size_max = 1;
  partition_.open();
  for (int second = 2; second < 10; ++second) {
    partition_.clock().set({second * 1'000'000});
    partition_.append({std::to_string(second)});
  }
  const std::uint64_t before = partition_.log().state().bytes;
  EXPECT_EQ(partition_.log().retain({5'000'000}, 0, {2}), before / 8 * 2);
  EXPECT_EQ(partition_.log().state().start, Offset{2});
  EXPECT_EQ(partition_.log().retain({5'000'000}, 0, {100}), before / 8);
  EXPECT_EQ(partition_.payloads(), (std::vector<std::string>{"5", "6", "7", "8", "9"}));
  partition_.reopen();
  EXPECT_EQ(partition_.log().state().start, Offset{3});
}

TEST_F(PartitionLogTest, RetentionKeepsAsManyBytesAsAreWanted) {
  partition_.options().segment_size_max = 1;
  partition_.open();
  for (int i = 0; i < 10; ++i) partition_.append({"x"});
  const std::uint64_t each = partition_.log().state().bytes / 10;
  ASSERT_TRUE(partition_.log().retain({0}, each * 3 + 1, {100}));
  EXPECT_EQ(partition_.log().state().bytes, each * 4);
}

TEST_F(PartitionLogTest, OffsetsGoOnAfterRetentionHasRemovedEverything) {
  partition_.open();
  partition_.append({"a", "b"});
  ASSERT_TRUE(partition_.log().retain(kTimestampMax, 0, {2}));
  EXPECT_EQ(partition_.log().state().start, Offset{2});
  partition_.reopen();
  EXPECT_TRUE(partition_.payloads().empty());
  EXPECT_EQ(partition_.append({"c"}), 2);
}

TEST_F(PartitionLogTest, BlankedRecordIsNowhereInTheFiles) {
  for (const auto compression : {LogCompression::kNone, LogCompression::kZstd}) {
    partition_.set_disk(std::make_unique<CrashFileSystem>());
    partition_.options().compression = compression;
    partition_.open();
    partition_.append({"first", "secret secret secret secret secret", "last"});
    partition_.append({"next"});
    ASSERT_TRUE(partition_.log().blank(std::vector{Offset{1}}));
    for (const std::string& name : partition_.names()) {
      EXPECT_EQ(partition_.file(name).find("secret"), std::string::npos) << name;
    }
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(partition_.payloads(), (std::vector<std::string>{"first", "", "last", "next"}));
      EXPECT_TRUE(partition_.read_all().records[1].blanked);
      EXPECT_FALSE(partition_.read_all().records[2].blanked);
      partition_.reopen();
    }
    EXPECT_EQ(partition_.append({"more"}), 4);
  }
}

TEST_F(PartitionLogTest, OnlyRecordsThatWereAppendedCanBeBlanked) {
  partition_.open();
  partition_.append({"a"});
  EXPECT_EQ(partition_.log().blank(std::vector{Offset{1}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(partition_.log().blank({}));
}

TEST_F(PartitionLogTest, CompressionIsUsedWhereItIsSmaller) {
  partition_.options().compression = LogCompression::kZstd;
  partition_.open();
  partition_.append({std::string(100'000, 'x')});
  EXPECT_LT(partition_.log().state().bytes, 1'000U);
  partition_.append({"?"});
  EXPECT_EQ(partition_.payloads(), (std::vector<std::string>{std::string(100'000, 'x'), "?"}));
  partition_.reopen();
  EXPECT_EQ(partition_.payloads().size(), 2U);
}

TEST_F(PartitionLogTest, NothingIsAppendedAfterClose) {
  partition_.open();
  ASSERT_TRUE(partition_.log().close());
  ASSERT_TRUE(partition_.log().close());
  EXPECT_EQ(partition_.try_append(std::vector<std::string>{"a"}).error().code, ErrorCode::kUnavailable);
}

TEST_F(PartitionLogTest, WorksOnTheSystemsOwnFiles) {
  std::string pattern = (std::filesystem::temp_directory_path() / "millrace-partition-XXXXXX").string();
  const std::string folder = ::mkdtemp(pattern.data());
  PosixFileSystem files;
  PartitionOptions options;
  options.segment_size_max = 500;
  const std::string body = encode_records(std::vector<std::string>{"a", "b"});
  const std::vector<AppendGroup> groups = {{body, 2}};
  for (int life = 0; life < 3; ++life) {
    Recovery recovery;
    auto log = PartitionLog::open(files, partition_.clock(), folder + "/0", options, recovery);
    ASSERT_TRUE(log.has_value()) << log.error().message;
    EXPECT_TRUE(recovery.findings.empty());
    for (int i = 0; i < 10; ++i) ASSERT_TRUE((*log)->append_group(groups));
    EXPECT_TRUE((*log)->blank(std::vector{Offset{life}}));
    const auto batch = (*log)->read({0}, 1 << 20);
    ASSERT_TRUE(batch.has_value());
    EXPECT_EQ(batch->records.size(), static_cast<std::size_t>(20 * (life + 1)));
  }
  std::filesystem::remove_all(folder);
}

// Readers beside the one who appends, rolls, blanks and removes: what they see is in order and right.
TEST_F(PartitionLogTest, ReadersBesideEveryOtherOperationSeeOnlyWhatIsRight) {
  partition_.options().segment_size_max = 2'000;
  partition_.open();
  partition_.append({"0"});
  const auto read_on = [&](std::stop_token stop) {
    Offset from;
    while (!stop.stop_requested()) {
      const auto batch = partition_.log().read(from, 500);
      if (!batch) {
        EXPECT_EQ(batch.error().code, ErrorCode::kNotFound) << batch.error().message;
        from = partition_.log().state().start;
        continue;
      }
      EXPECT_TRUE(batch->gaps.empty());
      for (const LogRecord& record : batch->records) {
        EXPECT_EQ(record.offset, from);
        if (!record.blanked) {
          EXPECT_EQ(record.payload, std::to_string(from.value));
        }
        ++from.value;
      }
      if (batch->records.empty()) from = partition_.log().state().start;
      EXPECT_TRUE(partition_.log().offset_at({1'000'000}).has_value());
    }
  };
  const std::jthread first(read_on);
  const std::jthread second(read_on);
  for (std::int64_t i = 1; i < 600; ++i) {
    partition_.clock().set({1'000'000 + i});
    ASSERT_EQ(partition_.append({std::to_string(i)}), i);
    if (i % 7 == 0) {
      EXPECT_TRUE(partition_.log().append_time({1'000'001 + i}));
    }
    if (i % 20 == 0) {
      EXPECT_TRUE(partition_.log().blank(std::vector{Offset{i - 1}, Offset{i - 15}}));
    }
    if (i % 50 == 0) {
      EXPECT_TRUE(partition_.log().retain({1'000'000 + i - 100}, 0, {i}));
    }
  }
}

}  // namespace
}  // namespace millrace
