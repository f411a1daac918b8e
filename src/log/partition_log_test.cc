#include "log/partition_log.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "base/crash_file_system.h"
#include "base/faulty_file_system.h"
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

}  // namespace
}  // namespace millrace
