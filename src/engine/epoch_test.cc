#include "engine/epoch.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "engine/test_checks.h"

namespace millrace {
namespace {

// One epoch over scripted batches.
class EpochTest : public testing::Test {
 protected:
  EpochTest() { EXPECT_TRUE(registries_.of(test_visit_contract())); }

  RecordBatch batch_of(const std::vector<std::string>& records, const std::string& partition = "a") {
    MemorySource source({{.partition = partition, .records = records}});
    RecordBatch batch;
    EXPECT_TRUE(source.next(batch).value());
    return batch;
  }

  Result<Tally> store(const std::vector<std::string>& records, const std::string& partition = "a") {
    Epoch epoch(sink_, registries_, lanes_);
    const RecordBatch batch = batch_of(records, partition);
    MILLRACE_TRY(epoch.add(batch));
    return sum_of(epoch.commit());
  }

  MemorySink sink_;
  // Keys that the registry of visits takes for stored, perhaps by mistake.
  void take_for_stored(std::span<const std::uint64_t> keys) {
    (*registries_.of(test_visit_contract()))->add_stored(keys);
  }

  KeyRegistries registries_{sink_, 100};
  Lanes lanes_;
};

TEST_F(EpochTest, StoresNewVisitsAtOnce) {
  const auto tally =
      store({visit_message(1, {view_event(1)}), visit_message(2, {view_event(1), purchase_event(1, 2)})});
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{2, 2, 0, 0}));
  EXPECT_EQ(tally->events, (TableTally{3, 3, 0, 0}));
  EXPECT_EQ(tally->items, (TableTally{2, 2, 0, 0}));
  EXPECT_EQ(tally->pending, 0u);
  expect_whole(sink_.tables());
}

TEST_F(EpochTest, SetsAsideWhatItsOwnUncommittedVisitsMayHold) {
  const std::string message = visit_message(1, {view_event(1)});
  const auto tally = store({message, message});
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{2, 1, 0, 0}));
  EXPECT_EQ(tally->pending, 1u);
  ASSERT_EQ(sink_.tables().pending.size(), 1u);
  EXPECT_EQ(sink_.tables().pending.begin()->second.kept.record(), message);
  EXPECT_EQ(sink_.tables().pending.begin()->second.partition, "a");
  expect_whole(sink_.tables());
}

TEST_F(EpochTest, CountsADuplicateOfACommittedVisitAtOnce) {
  const std::string message = visit_message(1, {view_event(1), purchase_event(1, 2)});
  ASSERT_TRUE(store({message}));
  const auto tally = store({message}, "b");
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{1, 0, 0, 1}));
  EXPECT_EQ(tally->events, (TableTally{2, 0, 0, 2}));
  EXPECT_EQ(tally->items, (TableTally{2, 0, 0, 2}));
  expect_whole(sink_.tables());
}

TEST_F(EpochTest, StoresAVisitThatTheFilterTookForKnownByMistake) {
  take_for_stored(std::array<std::uint64_t, 1>{visit_key("S-1", "U-1", "mobile")});
  const auto tally = store({visit_message(1, {view_event(1)})});
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{1, 1, 0, 0}));
  EXPECT_EQ(sink_.tables().visits.size(), 1u);
}

TEST_F(EpochTest, SetsAsideFurtherEventsOfACommittedVisit) {
  ASSERT_TRUE(store({visit_message(1, {view_event(1)})}));
  const auto tally = store({visit_message(1, {view_event(1), view_event(2)})}, "b");
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{1, 0, 0, 0}));
  EXPECT_EQ(tally->pending, 1u);
  expect_whole(sink_.tables());
}

TEST_F(EpochTest, RefusesAnotherVisitWithTheSameKeyAsAConflict) {
  ASSERT_TRUE(store({visit_message(1, {view_event(1)})}));
  sink_.tables().visits.begin()->second.session_id = "somebody else";
  const std::string message = visit_message(1, {view_event(2), purchase_event(1, 2)});
  const auto tally = store({message}, "b");
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{1, 0, 1, 0}));
  EXPECT_EQ(tally->events, TableTally{});
  ASSERT_EQ(sink_.tables().dead_letters.size(), 1u);
  EXPECT_EQ(sink_.tables().dead_letters[0].reason, Reason::kIdConflict);
  EXPECT_EQ(sink_.tables().dead_letters[0].payload, message);
  EXPECT_EQ(sink_.tables().dead_letters[0].file, "b");
  EXPECT_EQ(sink_.tables().dead_letters[0].line, 1);
}

TEST_F(EpochTest, KeepsTheSoundEventsBesideARefusedOne) {
  const auto tally = store({visit_message(1, {view_event(1), purchase_event(1, 3, true), view_event(2)})});
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{1, 1, 0, 0}));
  EXPECT_EQ(tally->events, (TableTally{3, 2, 1, 0}));
  EXPECT_EQ(tally->items, (TableTally{3, 0, 3, 0}));
  ASSERT_EQ(sink_.tables().dead_letters.size(), 1u);
  EXPECT_EQ(sink_.tables().dead_letters[0].event_index, 1);
}

TEST_F(EpochTest, CountsAVisitWithoutASoundEventAsDead) {
  const auto tally = store({visit_message(1, {purchase_event(1, 1, true)}), "null", "{"});
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{3, 0, 3, 0}));
  EXPECT_EQ(tally->events, (TableTally{1, 0, 1, 0}));
  EXPECT_EQ(sink_.tables().dead_letters.size(), 3u);
  EXPECT_TRUE(sink_.tables().visits.empty());
}

// Refused records never claim their visit: a sound message right behind is stored at once.
TEST_F(EpochTest, DoesNotHoldAVisitForARecordThatIsRefused) {
  const auto tally =
      store({visit_message(1, {purchase_event(1, 1, true)}), visit_message(1, {view_event(1)})});
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{2, 1, 1, 0}));
  EXPECT_EQ(tally->pending, 0u);
}

TEST_F(EpochTest, RefusesARecordOfWhichOnlyTheStartWasKept) {
  RecordBatch batch = batch_of({visit_message(1, {view_event(1)})});
  batch.records[0].size = 20u << 20;
  Epoch epoch(sink_, registries_, lanes_);
  ASSERT_TRUE(epoch.add(batch));
  const auto tally = sum_of(epoch.commit());
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{1, 0, 1, 0}));
  ASSERT_EQ(sink_.tables().dead_letters.size(), 1u);
  EXPECT_EQ(sink_.tables().dead_letters[0].reason, Reason::kTooLarge);
}

TEST_F(EpochTest, MovesEachBatchOfAPartitionInTurn) {
  MemorySource source(
      {{.partition = "topic", .from = 0, .records = {visit_message(1, {view_event(1)})}, .stream = true},
       {.partition = "topic",
        .from = 1,
        .first = false,
        .records = {visit_message(2, {view_event(1)})},
        .stream = true}});
  Epoch epoch(sink_, registries_, lanes_);
  for (RecordBatch batch; source.next(batch).value();) ASSERT_TRUE(epoch.add(batch));
  ASSERT_TRUE(epoch.commit());
  EXPECT_EQ(sink_.tables().progress["topic"].position, 2u);
  EXPECT_EQ(sink_.tables().visits.begin()->second.events.begin()->second.provenance.partition, 7);
}

TEST_F(EpochTest, StoresNothingWhenAPartitionStandsElsewhere) {
  MemorySource source(
      {{.partition = "new", .records = {visit_message(1, {view_event(1)})}},
       {.partition = "topic", .from = 5, .first = false, .records = {visit_message(2, {view_event(1)})}}});
  Epoch epoch(sink_, registries_, lanes_);
  for (RecordBatch batch; source.next(batch).value();) ASSERT_TRUE(epoch.add(batch));
  const auto tally = sum_of(epoch.commit());
  ASSERT_FALSE(tally);
  EXPECT_EQ(tally.error().code, ErrorCode::kConflict);
  EXPECT_TRUE(sink_.tables().visits.empty());
  EXPECT_TRUE(sink_.tables().progress.empty());
}

TEST_F(EpochTest, GivesItsVisitsBackWhenItEndsWithoutACommit) {
  {
    Epoch epoch(sink_, registries_, lanes_);
    const RecordBatch batch = batch_of({visit_message(1, {view_event(1)})});
    ASSERT_TRUE(epoch.add(batch));
  }
  EXPECT_TRUE(sink_.tables().visits.empty());
  const auto tally = store({visit_message(1, {view_event(1)})});
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{1, 1, 0, 0}));
}

// The answer to a commit can be lost although the commit has happened. Its visits are in the sink then, and
// nobody beside it may take them for new.
TEST_F(EpochTest, NeverStoresAVisitTwiceWhenACommitFailedButHadHappened) {
  sink_.commit_before_failing(true);
  sink_.fail_at(3);  // begin, store, commit
  ASSERT_FALSE(store({visit_message(1, {view_event(1)})}));
  ASSERT_EQ(sink_.tables().visits.size(), 1u);
  ASSERT_TRUE(store({visit_message(1, {view_event(1)})}, "b"));
  EXPECT_EQ(sink_.tables().breaches, std::vector<std::string>{});
  expect_whole(sink_.tables());
}

TEST_F(EpochTest, IsFullOfInput) {
  Epoch epoch(sink_, registries_, lanes_);
  RecordBatch batch = batch_of({});
  EXPECT_TRUE(epoch.is_empty());
  batch.input_bytes = kEpochInputMax - 1;
  ASSERT_TRUE(epoch.add(batch));
  EXPECT_FALSE(epoch.is_full());
  batch.input_bytes = 1;
  ASSERT_TRUE(epoch.add(batch));
  EXPECT_TRUE(epoch.is_full());
}

TEST_F(EpochTest, IsFullOfRecordsThatMayBeDuplicates) {
  const std::string message = visit_message(1, {view_event(1)}) + std::string(kRecordSizeMax - 2000, ' ');
  ASSERT_TRUE(store({message}));
  std::vector<std::string> known;
  for (int i = 2; i < 30; ++i)
    known.push_back(visit_message(i, {view_event(1)}) + std::string(kRecordSizeMax - 2000, ' '));
  std::vector<std::uint64_t> keys;
  for (int i = 2; i < 30; ++i)
    keys.push_back(visit_key(fmt::format("S-{}", i), fmt::format("U-{}", i % 3), "mobile"));
  take_for_stored(keys);
  Epoch epoch(sink_, registries_, lanes_);
  ASSERT_TRUE(epoch.add(batch_of(known, "b")));
  EXPECT_TRUE(epoch.is_full());
  ASSERT_TRUE(epoch.commit());
  EXPECT_EQ(sink_.tables().visits.size(), 29u);
}

TEST_F(EpochTest, CommitsProgressOfABatchWithoutRecords) {
  ASSERT_TRUE(store({}));
  EXPECT_EQ(sink_.tables().progress.size(), 1u);
}

}  // namespace
}  // namespace millrace
