#include "engine/settlement.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "engine/epoch.h"
#include "engine/test_checks.h"

namespace millrace {
namespace {

class SettlementTest : public testing::Test {
 protected:
  // Each list of records is one epoch, with claims of its own: as after a restart.
  void store(const std::vector<std::string>& records) {
    KeyRegistries registries(sink_, 100);
    MemorySource source(
        {{.partition = fmt::format("file-{}", sink_.tables().progress.size()), .records = records}});
    Lanes lanes;
    Epoch epoch(sink_, registries, lanes);
    RecordBatch batch;
    ASSERT_TRUE(source.next(batch).value());
    ASSERT_TRUE(epoch.add(batch));
    ASSERT_TRUE(epoch.commit());
  }

  const MemoryVisit& only_visit() {
    EXPECT_EQ(sink_.tables().visits.size(), 1u);
    return sink_.tables().visits.begin()->second;
  }

  MemorySink sink_;
};

TEST_F(SettlementTest, DoesNothingWhenNothingIsSetAside) {
  const auto tally = sum_of(settle_pending(sink_));
  ASSERT_TRUE(tally);
  EXPECT_EQ(*tally, Tally{});
  EXPECT_EQ(sink_.tables().transactions, 0);
}

TEST_F(SettlementTest, AddsTheEventsThatAreNewAndCountsTheOthers) {
  store({visit_message(1, {view_event(1), view_event(2)}),
         visit_message(1, {view_event(2), view_event(3, 5)})});
  const auto tally = sum_of(settle_pending(sink_));
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{1, 1, 0, 0}));
  EXPECT_EQ(tally->events, (TableTally{2, 1, 0, 1}));
  EXPECT_EQ(tally->pending, 1u);
  EXPECT_EQ(only_visit().events.size(), 3u);
  EXPECT_EQ(only_visit().totals.ended_at, *parse_timestamp("2024-07-01T09:05:00Z"));
  expect_whole(sink_.tables());
}

TEST_F(SettlementTest, NumbersAddedEventsBehindThoseThatAreStored) {
  store({visit_message(1, {view_event(1), view_event(2)}), visit_message(1, {view_event(3), view_event(4)})});
  ASSERT_TRUE(settle_pending(sink_));
  std::set<std::int32_t> places;
  for (const auto& [id, event] : only_visit().events) places.insert(event.index);
  EXPECT_EQ(places, (std::set<std::int32_t>{0, 1, 2, 3}));
}

TEST_F(SettlementTest, MarksOnePageViewAPageAsTheFirst) {
  store({visit_message(1, {view_event(1, 1), view_event(2, 1)}),
         visit_message(1, {view_event(1, 2), view_event(3, 2), view_event(3, 3)}),
         visit_message(1, {view_event(3, 4), view_event(4, 4)})});
  ASSERT_TRUE(settle_pending(sink_));
  std::map<std::string, int> firsts;
  for (const auto& [id, event] : only_visit().events) firsts[event.page_url] += event.first_of_page ? 1 : 0;
  for (const auto& [page, times] : firsts) EXPECT_EQ(times, 1) << page;
  EXPECT_EQ(firsts.size(), 4u);
}

TEST_F(SettlementTest, TellsEqualEventsOfOneMessageApart) {
  store({visit_message(1, {view_event(1)}), visit_message(1, {view_event(1), view_event(1)}),
         visit_message(1, {view_event(1), view_event(1)})});
  const auto tally = sum_of(settle_pending(sink_));
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->events, (TableTally{4, 1, 0, 3}));
  EXPECT_EQ(only_visit().events.size(), 2u);
}

TEST_F(SettlementTest, StoresAVisitWhoseFirstMessageNeverGotThere) {
  // Set aside because of an epoch that failed afterwards.
  PendingRecord pending;
  pending.pending_id = 9;
  pending.partition = "file-0";
  pending.contract = &test_visit_contract();
  Provenance place;
  place.received_at = kTestReceivedAt;
  pending.kept = KeptRecord(visit_message(1, {view_event(1)}), place);
  sink_.tables().pending[9] = pending;
  sink_.tables().progress["file-0"].tally.records.received = 1;
  sink_.tables().progress["file-0"].tally.pending = 1;
  ASSERT_TRUE(settle_pending(sink_));
  EXPECT_EQ(only_visit().session_id, "S-1");
  expect_whole(sink_.tables());
}

TEST_F(SettlementTest, RefusesAnotherVisitWithTheSameKeyAsAConflict) {
  const std::string message = visit_message(1, {view_event(2)});
  store({visit_message(1, {view_event(1)}), message});
  sink_.tables().visits.begin()->second.user_id = "somebody else";
  const auto tally = sum_of(settle_pending(sink_));
  ASSERT_TRUE(tally);
  EXPECT_EQ(tally->records, (TableTally{1, 0, 1, 0}));
  EXPECT_EQ(tally->events, TableTally{});
  ASSERT_EQ(sink_.tables().dead_letters.size(), 1u);
  EXPECT_EQ(sink_.tables().dead_letters[0].reason, Reason::kIdConflict);
  EXPECT_EQ(sink_.tables().dead_letters[0].payload, message);
  EXPECT_EQ(sink_.tables().dead_letters[0].line, 2);
}

TEST_F(SettlementTest, WritesTheRefusedEventsOfARecordThatWasSetAsideOnce) {
  store({visit_message(1, {view_event(1)}), visit_message(1, {view_event(2), purchase_event(1, 1, true)})});
  EXPECT_TRUE(sink_.tables().dead_letters.empty());
  ASSERT_TRUE(settle_pending(sink_));
  ASSERT_EQ(sink_.tables().dead_letters.size(), 1u);
  EXPECT_EQ(sink_.tables().dead_letters[0].event_index, 1);
}

TEST_F(SettlementTest, GoesOnWhereItWasStopped) {
  const int calls_of_one_run = 40;
  for (int call = 1; call <= calls_of_one_run; ++call) {
    for (const bool commit_happened : {false, true}) {
      sink_.tables() = {};
      store({visit_message(1, {view_event(1)}), visit_message(1, {view_event(2), purchase_event(1, 2)}),
             visit_message(1, {view_event(2)}), visit_message(1, {view_event(3)})});
      sink_.commit_before_failing(commit_happened);
      sink_.fail_at(call);
      const auto stopped = sum_of(settle_pending(sink_));
      EXPECT_EQ(stopped.has_value(), !sink_.has_failed());
      sink_.fail_at(0);
      expect_whole(sink_.tables());
      ASSERT_TRUE(settle_pending(sink_));
      EXPECT_EQ(only_visit().events.size(), 4u);
      EXPECT_TRUE(sink_.tables().pending.empty());
      expect_whole(sink_.tables());
    }
  }
}

TEST_F(SettlementTest, TakesMoreRecordsThanOneTransactionHolds) {
  std::vector<std::string> records;
  for (std::size_t i = 0; i < kSettlementRecordsMax + 100; ++i) {
    records.push_back(visit_message(1, {view_event(static_cast<int>(i % 3000))}));
  }
  store(records);
  ASSERT_TRUE(settle_pending(sink_));
  EXPECT_EQ(sink_.tables().transactions, 3);
  EXPECT_EQ(only_visit().events.size(), 3000u);
  expect_whole(sink_.tables());
}

}  // namespace
}  // namespace millrace
