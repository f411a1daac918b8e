// What a partition makes of files that are not as it wrote them: torn, zeroed, flipped, missing, foreign.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/crc32c.h"
#include "base/little_endian.h"
#include "log/record_codec.h"
#include "log/segment.h"
#include "log/test_partition.h"

namespace millrace {
namespace {

const std::string kFirst = segment_file_name({0});
const std::string kFirstIndex = index_file_name({0});

// Three batches of three records, then what tells that all was durable.
class PartitionDamageTest : public testing::Test {
 protected:
  PartitionDamageTest() {
    partition_.open();
    for (int batch = 0; batch < 3; ++batch) {
      std::vector<std::string> payloads;
      for (int i = 0; i < 3; ++i) {
        payloads_.push_back(fmt::format("payload {} of batch {}", i, batch));
        payloads.push_back(payloads_.back());
      }
      if (batch == 2) last_batch_ = partition_.file(kFirst).size();
      partition_.append(payloads);
    }
  }

  void close() { ASSERT_TRUE(partition_.log().close().has_value()); }

  // Makes the first segment a sealed one.
  void seal() {
    partition_.options().segment_size_max = 1;
    partition_.reopen();
    payloads_.push_back("in the next segment");
    partition_.append({payloads_.back()});
  }

  // Every record that is read is the one that was written there; the others lie in gaps. Returns how many.
  std::size_t count_lost(const ReadBatch& batch) const {
    for (const LogRecord& record : batch.records) {
      const auto offset = static_cast<std::size_t>(record.offset.value);
      EXPECT_LT(offset, payloads_.size());
      if (offset < payloads_.size()) {
        EXPECT_EQ(record.payload, payloads_[offset]);
      }
    }
    std::int64_t in_gaps = 0;
    for (const Gap& gap : batch.gaps) in_gaps += gap.end.value - gap.first.value;
    EXPECT_EQ(batch.records.size() + static_cast<std::size_t>(in_gaps),
              static_cast<std::size_t>(batch.next.value));
    return payloads_.size() - batch.records.size();
  }

  // Opens with the bytes in the place of a file. What is lost must be said, and at most `lost_max` may be.
  void check_with(const std::string& name, const std::string& bytes, std::size_t lost_max) {
    const auto files = all_files();
    partition_.put_file(name, bytes);
    const Recovery recovery = partition_.open();
    const ReadBatch batch = partition_.read_all();
    const std::size_t lost = count_lost(batch);
    EXPECT_LE(lost, lost_max);
    if (lost > 0) {
      EXPECT_TRUE(!batch.gaps.empty() || recovery.torn_bytes > 0);
    }
    if (recovery.torn_bytes + recovery.damaged_records > 0) {
      EXPECT_FALSE(recovery.findings.empty());
    }
    const std::int64_t next = partition_.log().state().next.value;
    EXPECT_EQ(partition_.append({"goes on"}), next);
    const auto again = partition_.log().read({next}, 1);
    ASSERT_TRUE(again && again->records.size() == 1);
    EXPECT_EQ(again->records.front().payload, "goes on");
    restore(files);
  }

  std::map<std::string, std::string> all_files() const {
    std::map<std::string, std::string> files;
    for (const std::string& name : partition_.names()) files[name] = partition_.file(name);
    return files;
  }

  void restore(const std::map<std::string, std::string>& files) {
    for (const std::string& name : partition_.names()) partition_.remove_file(name);
    for (const auto& [name, bytes] : files) partition_.put_file(name, bytes);
  }

  void flip_every_bit(const std::string& name, std::size_t lost_max) {
    const std::string sound = partition_.file(name);
    for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
      SCOPED_TRACE(fmt::format("bit {} of byte {} of {}", bit % 8, bit / 8, name));
      std::string flipped = sound;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      check_with(name, flipped, lost_max);
      if (HasFailure()) return;
    }
  }

  TestPartition partition_;
  std::vector<std::string> payloads_;
  std::size_t last_batch_ = 0;
};

TEST_F(PartitionDamageTest, SegmentCutAtAnyByteOfTheLastBatchKeepsAllBeforeIt) {
  const std::string whole = partition_.file(kFirst);
  payloads_.resize(6);
  for (std::size_t size = last_batch_; size < whole.size(); ++size) {
    partition_.put_file(kFirst, whole.substr(0, size));
    const Recovery recovery = partition_.open();
    EXPECT_EQ(recovery.torn_bytes, size - last_batch_);
    EXPECT_EQ(recovery.damaged_records, 0U);
    EXPECT_EQ(partition_.payloads(), payloads_);
    EXPECT_EQ(partition_.file(kFirst).size(), last_batch_);
  }
}

TEST_F(PartitionDamageTest, LastBatchWithZerosFromAnyByteOnIsTorn) {
  const std::string whole = partition_.file(kFirst);
  payloads_.resize(6);
  for (std::size_t size = last_batch_; size + 1 < whole.size(); ++size) {
    partition_.put_file(kFirst, whole.substr(0, size) + std::string(whole.size() - size, '\0'));
    EXPECT_EQ(partition_.open().torn_bytes, whole.size() - last_batch_);
    EXPECT_EQ(partition_.payloads(), payloads_);
  }
}

TEST_F(PartitionDamageTest, FlippedBitNeverGivesAWrongRecordInASegmentThatWasNotClosed) {
  flip_every_bit(kFirst, 3);
}

TEST_F(PartitionDamageTest, FlippedBitCostsOneBatchAtMostOnceTimeHasPassed) {
  ASSERT_TRUE(partition_.log().append_time({9'000'000}));
  flip_every_bit(kFirst, 3);
}

TEST_F(PartitionDamageTest, FlippedBitNeverGivesAWrongRecordInAClosedSegment) {
  close();
  flip_every_bit(kFirst, 3);
}

TEST_F(PartitionDamageTest, FlippedBitNeverGivesAWrongRecordInASealedSegment) {
  seal();
  flip_every_bit(kFirst, 3);
}

TEST_F(PartitionDamageTest, FlippedBitNeverGivesAWrongRecordInASealedSegmentWithoutIndex) {
  seal();
  partition_.remove_file(kFirstIndex);
  flip_every_bit(kFirst, 3);
}

TEST_F(PartitionDamageTest, FlippedBitInAnIndexCostsNothing) {
  seal();
  flip_every_bit(kFirstIndex, 0);
}

TEST_F(PartitionDamageTest, FlippedBitInTheIndexOfAClosedSegmentCostsNothing) {
  close();
  flip_every_bit(kFirstIndex, 0);
}

TEST_F(PartitionDamageTest, FlippedBitInAPayloadCostsThatRecordAlone) {
  ASSERT_TRUE(partition_.log().append_time({9'000'000}));
  std::string bytes = partition_.file(kFirst);
  bytes[bytes.find(payloads_[4])] ^= 1;
  partition_.put_file(kFirst, bytes);
  EXPECT_EQ(partition_.open().damaged_records, 1U);
  const ReadBatch batch = partition_.read_all();
  ASSERT_EQ(batch.gaps.size(), 1U);
  EXPECT_EQ(batch.gaps.front().first, Offset{4});
  EXPECT_EQ(batch.gaps.front().end, Offset{5});
  EXPECT_EQ(count_lost(batch), 1U);
}

TEST_F(PartitionDamageTest, DamageFoundWhileReadingIsTheSameAsAtRecovery) {
  std::string bytes = partition_.file(kFirst);
  bytes[bytes.find(payloads_[4])] ^= 1;
  partition_.put_file(kFirst, bytes);
  partition_.reopen();
  EXPECT_EQ(count_lost(partition_.read_all()), count_lost(partition_.read_all(1)));
}

TEST_F(PartitionDamageTest, ZeroedStretchInTheMiddleIsReportedAndSteppedOver) {
  ASSERT_TRUE(partition_.log().append_time({9'000'000}));
  std::string bytes = partition_.file(kFirst);
  const std::size_t second = bytes.find(payloads_[3]) - kRecordOverhead - kBatchHeaderSize;
  bytes.replace(second, 100, 100, '\0');
  partition_.put_file(kFirst, bytes);
  const Recovery recovery = partition_.open();
  EXPECT_EQ(recovery.damaged_records, 3U);
  EXPECT_EQ(recovery.torn_bytes, 0U);
  ASSERT_EQ(recovery.findings.size(), 1U);
  EXPECT_EQ(recovery.findings.front(),
            fmt::format("/partition/{} is damaged from byte {} to {}: 3 records are lost", kFirst, second,
                        last_batch_));
  EXPECT_EQ(count_lost(partition_.read_all()), 3U);
}

// The batch that proves the damage to have been durable is torn off with the end, and must not be missed
// later.
TEST_F(PartitionDamageTest, DamageIsNotTakenForATornEndAtTheNextOpening) {
  partition_.append({"torn, but its header says what was durable"});
  std::string bytes = partition_.file(kFirst);
  bytes[bytes.find(payloads_[7])] ^= 1;
  bytes[bytes.find("torn, but")] ^= 1;
  partition_.put_file(kFirst, bytes);
  for (int i = 0; i < 3; ++i) {
    partition_.open();
    const ReadBatch batch = partition_.read_all();
    EXPECT_EQ(batch.next, Offset{9});
    EXPECT_EQ(count_lost(batch), 1U);
  }
}

TEST_F(PartitionDamageTest, GarbageBehindTheEndIsCutOff) {
  partition_.put_file(kFirst, partition_.file(kFirst) + "garbage");
  EXPECT_EQ(partition_.open().torn_bytes, 7U);
  EXPECT_EQ(partition_.payloads(), payloads_);
}

TEST_F(PartitionDamageTest, ZerosBehindTheEndAreCutOff) {
  partition_.put_file(kFirst, partition_.file(kFirst) + std::string(1 << 20, '\0'));
  EXPECT_EQ(partition_.open().torn_bytes, 1U << 20);
  EXPECT_EQ(partition_.payloads(), payloads_);
  EXPECT_EQ(partition_.append({"next"}), 9);
}

TEST_F(PartitionDamageTest, GarbageBehindASealedSegmentCostsNothing) {
  seal();
  partition_.put_file(kFirst, partition_.file(kFirst) + "garbage");
  const Recovery recovery = partition_.open();
  EXPECT_EQ(recovery.damaged_records, 0U);
  EXPECT_FALSE(recovery.findings.empty());
  EXPECT_EQ(partition_.payloads(), payloads_);
}

TEST_F(PartitionDamageTest, EmptyLastSegmentIsMadeAnew) {
  seal();
  payloads_.pop_back();
  for (const std::string& torn : {std::string(), std::string(64, '\0'), std::string("millrlog")}) {
    partition_.put_file(segment_file_name({9}), torn);
    const Recovery recovery = partition_.open();
    EXPECT_EQ(recovery.torn_bytes, torn.size());
    EXPECT_EQ(recovery.findings.size(), 1U);
    EXPECT_EQ(partition_.payloads(), payloads_);
    EXPECT_EQ(partition_.append({"next"}), 9);
  }
}

TEST_F(PartitionDamageTest, MissingIndexIsRebuilt) {
  seal();
  const std::string index = partition_.file(kFirstIndex);
  partition_.remove_file(kFirstIndex);
  EXPECT_EQ(partition_.open().rebuilt_indexes, 1U);
  EXPECT_EQ(partition_.file(kFirstIndex), index);
  EXPECT_EQ(partition_.open().scanned_bytes,
            partition_.file(segment_file_name({9})).size() - kSegmentHeaderSize);
}

TEST_F(PartitionDamageTest, IndexOfAnotherSegmentIsRebuilt) {
  seal();
  const std::string index = partition_.file(kFirstIndex);
  close();
  partition_.put_file(kFirstIndex, partition_.file(index_file_name({9})));
  EXPECT_EQ(partition_.open().rebuilt_indexes, 1U);
  EXPECT_EQ(partition_.file(kFirstIndex), index);
  EXPECT_EQ(partition_.payloads(), payloads_);
}

TEST_F(PartitionDamageTest, IndexOfASegmentThatIsGoneIsRemoved) {
  partition_.put_file(index_file_name({77}), "index");
  partition_.open();
  EXPECT_EQ(partition_.names(), std::vector<std::string>{kFirst});
}

TEST_F(PartitionDamageTest, UnfinishedFilesAreRemoved) {
  partition_.put_file(kFirst + ".tmp", "half");
  partition_.put_file(kFirstIndex + ".tmp", "half");
  partition_.open();
  EXPECT_EQ(partition_.names(), std::vector<std::string>{kFirst});
}

TEST_F(PartitionDamageTest, ForeignFilesAreReportedAndLeftAlone) {
  partition_.put_file("notes.txt", "mine");
  partition_.put_file("1.log", "mine");
  const Recovery recovery = partition_.open();
  EXPECT_EQ(recovery.foreign_files, (std::vector<std::string>{"1.log", "notes.txt"}));
  EXPECT_EQ(partition_.file("notes.txt"), "mine");
  EXPECT_EQ(partition_.payloads(), payloads_);
}

TEST_F(PartitionDamageTest, SegmentUnderAnotherOnesNameIsSetAsideWhole) {
  const std::string taken = segment_file_name({9});
  const std::string bytes = partition_.file(kFirst);
  partition_.put_file(taken, bytes);
  partition_.put_file(taken + ".foreign", "of another time");
  const Recovery recovery = partition_.open();
  EXPECT_EQ(recovery.findings.size(), 1U);
  EXPECT_EQ(recovery.foreign_files.size(), 2U);
  EXPECT_EQ(partition_.file(taken + ".foreign"), "of another time");
  EXPECT_EQ(partition_.file(taken + ".foreign.foreign"), bytes);
  EXPECT_EQ(partition_.payloads(), payloads_);
  partition_.options().segment_size_max = 1;
  partition_.reopen();
  EXPECT_EQ(partition_.append({"next"}), 9);
}

TEST_F(PartitionDamageTest, LaterVersionIsRefusedAndNothingIsTouched) {
  const std::string bytes = partition_.file(kFirst);
  std::string later = encode(SegmentHeader{1, {0}, {0}});
  later[8] = 2;
  store_le(later.data() + 60, crc32c(std::string_view(later).substr(0, 60)));
  partition_.put_file(kFirst, later + bytes.substr(kSegmentHeaderSize));
  partition_.put_file(kFirst + ".tmp", "half");
  const auto before = all_files();
  const auto opened = partition_.try_open();
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(opened.error().message.find("format version 2, written by a later Millrace"), std::string::npos);
  EXPECT_EQ(all_files(), before);
}

TEST_F(PartitionDamageTest, DamagedHeaderOfASegmentCostsNoRecord) {
  std::string bytes = partition_.file(kFirst);
  bytes.replace(0, kSegmentHeaderSize, kSegmentHeaderSize, '\0');
  partition_.put_file(kFirst, bytes);
  EXPECT_EQ(partition_.open().findings.size(), 1U);
  EXPECT_EQ(partition_.payloads(), payloads_);
}

TEST_F(PartitionDamageTest, OffsetsOfASegmentWithoutAnyReadableBatchAreNotUsedAgain) {
  const std::size_t size = partition_.file(kFirst).size();
  partition_.put_file(kFirst, std::string(size, 'x'));
  EXPECT_GE(partition_.open().damaged_records, payloads_.size());
  EXPECT_EQ(partition_.file(kFirst), std::string(size, 'x'));
  EXPECT_GE(partition_.append({"next"}), 9);
  EXPECT_EQ(partition_.payloads(), std::vector<std::string>{"next"});
}

TEST_F(PartitionDamageTest, OffsetsThatAClosedSegmentLostAtItsEndAreNotUsedAgain) {
  close();
  partition_.put_file(kFirst, partition_.file(kFirst).substr(0, last_batch_ + 5));
  EXPECT_EQ(partition_.open().damaged_records, 3U);
  EXPECT_EQ(partition_.append({"next"}), 9);
  const ReadBatch batch = partition_.read_all();
  ASSERT_EQ(batch.gaps.size(), 1U);
  EXPECT_EQ(batch.gaps.front().first, Offset{6});
  EXPECT_EQ(batch.gaps.front().end, Offset{9});
}

TEST_F(PartitionDamageTest, MissingSegmentIsAGap) {
  seal();
  partition_.append({"x"});
  partition_.remove_file(segment_file_name({9}));
  EXPECT_EQ(partition_.open().damaged_records, 1U);
  const ReadBatch batch = partition_.read_all();
  ASSERT_EQ(batch.gaps.size(), 1U);
  EXPECT_EQ(batch.gaps.front().first, Offset{9});
  EXPECT_EQ(batch.gaps.front().end, Offset{10});
}

// A payload is anybody's bytes; here it looks like a batch that proves its surroundings durable.
TEST_F(PartitionDamageTest, BatchInsideAPayloadIsNeverTakenForOne) {
  BatchHeader forged;
  forged.segment_id = 1;
  forged.base = {9};
  forged.arrival = {2'000'000};
  forged.record_count = 1;
  std::string body;
  append_record({"", "forged"}, body);
  forged.stored_size = forged.plain_size = static_cast<std::uint32_t>(body.size());
  forged.durable_until = last_batch_ + 1;
  std::string payload;
  append_header(forged, payload);
  payload += body;
  partition_.append({"before " + payload + " behind"});
  const std::string whole = partition_.file(kFirst);
  partition_.put_file(kFirst, whole.substr(0, whole.size() - 1));
  EXPECT_GT(partition_.open().torn_bytes, 0U);
  EXPECT_EQ(partition_.payloads(), payloads_);
}

}  // namespace
}  // namespace millrace
