// What a partition does when its disk refuses: nothing is acknowledged that is not durable, a full disk is
// survived, anything else ends appending.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/faulty_file_system.h"
#include "log/segment.h"
#include "log/test_partition.h"

namespace millrace {
namespace {

class FaultyPartition {
 public:
  FaultyPartition() {
    partition_.put_before_disk(files_);
    partition_.options().segment_size_max = 500;
  }

  // Appends one record and keeps it in mind when it was acknowledged.
  bool append() {
    const std::vector<std::string> payloads = {fmt::format("record {} {}", tried_, std::string(60, 'x'))};
    ++tried_;
    const auto offsets = partition_.try_append(payloads);
    if (!offsets) return false;
    EXPECT_EQ(offsets->front(), Offset{static_cast<std::int64_t>(acknowledged_.size())});
    acknowledged_.push_back(payloads.front());
    return true;
  }

  // All that a partition does: appends over several segments, time, retention of nothing, blanking, closing.
  void run_script() {
    for (int i = 0; i < 12; ++i) {
      (void)append();
      (void)partition_.log().append_time({2'000'000 + i});
    }
    (void)partition_.log().close();
  }

  // What is read from the disk as it is after a power cut: everything acknowledged, in order.
  void expect_acknowledged_after_crash(std::uint64_t seed) {
    partition_.set_disk(partition_.disk().crash(seed));
    partition_.open();
    std::vector<std::string> found = partition_.payloads();
    ASSERT_GE(found.size(), acknowledged_.size());
    found.resize(acknowledged_.size());
    EXPECT_EQ(found, acknowledged_);
  }

  TestPartition partition_;
  FaultyFileSystem files_{partition_.disk()};
  std::vector<std::string> acknowledged_;
  int tried_ = 0;
};

class PartitionFaultTest : public FaultyPartition, public testing::Test {};

struct Sweep {
  FileOperation operation;
  ErrorCode code;
};

class PartitionFaultSweep : public testing::TestWithParam<Sweep> {};

std::string sweep_name(const testing::TestParamInfo<Sweep>& info) {
  static constexpr std::array kNames = {"Open", "Read",   "Write",  "Truncate",
                                        "Sync", "Rename", "Remove", "SyncFolder"};
  return kNames[static_cast<std::size_t>(info.param.operation)] +
         std::string(info.param.code == ErrorCode::kNoSpace ? "NoSpace" : "Io");
}

// Runs everything again for each call of the operation, until one run has no such call any more.
TEST_P(PartitionFaultSweep, WhateverFailsWhatWasAcknowledgedIsThere) {
  for (std::uint64_t nth = 1;; ++nth) {
    SCOPED_TRACE(fmt::format("call {}", nth));
    FaultyPartition run;
    run.partition_.open();
    const std::uint64_t before = run.files_.calls(GetParam().operation);
    run.files_.fail_nth(GetParam().operation, nth, GetParam().code, nth * 7 % 100);
    run.run_script();
    const bool was_reached = run.files_.calls(GetParam().operation) - before >= nth;
    if (run.partition_.log().failed()) {
      EXPECT_FALSE(run.append());
    } else if (was_reached && GetParam().operation == FileOperation::kWrite) {
      EXPECT_EQ(GetParam().code, ErrorCode::kNoSpace);
    }
    run.expect_acknowledged_after_crash(nth);
    if (HasFatalFailure() || HasNonfatalFailure() || !was_reached) break;
  }
}

INSTANTIATE_TEST_SUITE_P(, PartitionFaultSweep,
                         testing::Values(Sweep{FileOperation::kOpen, ErrorCode::kIo},
                                         Sweep{FileOperation::kOpen, ErrorCode::kNoSpace},
                                         Sweep{FileOperation::kWrite, ErrorCode::kIo},
                                         Sweep{FileOperation::kWrite, ErrorCode::kNoSpace},
                                         Sweep{FileOperation::kSync, ErrorCode::kIo},
                                         Sweep{FileOperation::kSync, ErrorCode::kNoSpace},
                                         Sweep{FileOperation::kRename, ErrorCode::kIo},
                                         Sweep{FileOperation::kRemove, ErrorCode::kIo},
                                         Sweep{FileOperation::kSyncFolder, ErrorCode::kIo},
                                         Sweep{FileOperation::kSyncFolder, ErrorCode::kNoSpace}),
                         sweep_name);

TEST_F(PartitionFaultTest, NothingIsAcknowledgedAfterAFailedSync) {
  partition_.open();
  ASSERT_TRUE(append());
  files_.fail_nth(FileOperation::kSync, 1);
  EXPECT_FALSE(append());
  EXPECT_TRUE(partition_.log().failed());
  const std::uint64_t syncs = files_.calls(FileOperation::kSync);
  const std::vector<std::string> more = {"more"};
  EXPECT_EQ(partition_.try_append(more).error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(partition_.log().append_time({9'000'000}));
  EXPECT_FALSE(partition_.log().blank(std::vector{Offset{0}}));
  EXPECT_TRUE(partition_.log().close());
  EXPECT_EQ(files_.calls(FileOperation::kSync), syncs);
  EXPECT_EQ(partition_.payloads(), acknowledged_);
}

TEST_F(PartitionFaultTest, FullDiskAtAFailedSyncIsNoMereLackOfSpace) {
  partition_.open();
  files_.fail_nth(FileOperation::kSync, 1, ErrorCode::kNoSpace);
  EXPECT_FALSE(append());
  EXPECT_TRUE(partition_.log().failed());
}

TEST_F(PartitionFaultTest, NothingIsAcknowledgedAfterAFailedWrite) {
  partition_.open();
  ASSERT_TRUE(append());
  files_.fail_nth(FileOperation::kWrite, 1, ErrorCode::kIo, 70);
  EXPECT_FALSE(append());
  EXPECT_TRUE(partition_.log().failed());
  EXPECT_FALSE(append());
  EXPECT_EQ(partition_.payloads(), acknowledged_);
}

TEST_F(PartitionFaultTest, FullDiskIsSurvivedAtAnyByteOnceThereIsSpaceAgain) {
  for (std::uint64_t space = 0; space < 1'200; space += 3) {
    SCOPED_TRACE(fmt::format("space for {} bytes", space));
    partition_.set_disk(std::make_unique<CrashFileSystem>());
    FaultyFileSystem files(partition_.disk());
    partition_.put_before_disk(files);
    acknowledged_.clear();
    partition_.open();
    files.limit_space(space);
    while (append()) {
    }
    EXPECT_FALSE(append());
    (void)partition_.log().append_time({3'000'000});
    EXPECT_FALSE(partition_.log().failed());
    EXPECT_EQ(partition_.payloads(), acknowledged_);
    files.free_space();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(append());
    EXPECT_EQ(partition_.payloads(), acknowledged_);
    partition_.open();
    EXPECT_EQ(partition_.payloads(), acknowledged_);
    partition_.set_disk(partition_.disk().crash(space));  // the double goes before its disk
    partition_.open();
    EXPECT_EQ(partition_.payloads(), acknowledged_);
  }
}

TEST_F(PartitionFaultTest, FullDiskThatCannotBeCutBackEndsAppending) {
  partition_.open();
  ASSERT_TRUE(append());
  files_.fail_nth(FileOperation::kWrite, 1, ErrorCode::kNoSpace, 70);
  files_.fail_nth(FileOperation::kTruncate, 1);
  EXPECT_FALSE(append());
  EXPECT_TRUE(partition_.log().failed());
  expect_acknowledged_after_crash(1);
}

TEST_F(PartitionFaultTest, FailedReadIsAnErrorAndNoGap) {
  partition_.open();
  ASSERT_TRUE(append());
  files_.fail_nth(FileOperation::kRead, 1);
  const auto batch = partition_.log().read({0}, 1 << 20);
  ASSERT_FALSE(batch.has_value());
  EXPECT_EQ(batch.error().code, ErrorCode::kIo);
  EXPECT_EQ(partition_.payloads(), acknowledged_);
}

TEST_F(PartitionFaultTest, RecoveryThatCannotSyncDoesNotOpen) {
  partition_.open();
  ASSERT_TRUE(append());
  files_.fail_nth(FileOperation::kSync, 1);
  EXPECT_FALSE(partition_.try_open().has_value());
}

TEST_F(PartitionFaultTest, BlankingOnAFullDiskChangesNothing) {
  partition_.open();
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(append());
  files_.limit_space(100);
  EXPECT_EQ(partition_.log().blank(std::vector{Offset{0}}).error().code, ErrorCode::kNoSpace);
  EXPECT_FALSE(partition_.log().failed());
  EXPECT_EQ(partition_.payloads(), acknowledged_);
  files_.free_space();
  EXPECT_TRUE(partition_.log().blank(std::vector{Offset{0}}));
  acknowledged_.front() = "";
  EXPECT_EQ(partition_.payloads(), acknowledged_);
}

}  // namespace
}  // namespace millrace
