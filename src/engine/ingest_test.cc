#include "engine/ingest.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "engine/dry_run_sink.h"
#include "engine/test_checks.h"

namespace millrace {
namespace {

constexpr unsigned kSeeds = 300;

Result<Tally> run(MemorySource& source, Sink& sink, unsigned workers, std::stop_token stop = {}) {
  IngestProgress progress;
  return sum_of(ingest(source, sink, {.workers = workers, .expected_keys = 0}, progress, std::move(stop)));
}

// A further run over the same files: what is stored of them is left out, as the ledger does.
Result<Tally> run_again(std::vector<ScriptedBatch> batches, MemorySink& sink, unsigned workers) {
  MemorySource source(std::move(batches));
  source.skip(
      [&sink](const ScriptedBatch& batch) { return sink.tables().progress.contains(batch.partition); });
  return run(source, sink, workers);
}

TEST(Ingest, StoresWhatTheRecordsSayInAnyOrderAndCutAndNumberOfWorkers) {
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    std::vector<std::string> records = random_messages(random, 1 + random() % 60);
    const ExpectedTables expected = expect_tables(records);
    std::ranges::shuffle(records, random);
    MemorySink sink;
    MemorySource source(cut_into_batches(random, records, kEpochInputMax));
    const auto tally = run(source, sink, 1 + seed % 4);
    ASSERT_TRUE(tally) << tally.error().message;
    expect_complete(sink.tables(), expected);
    EXPECT_EQ(*tally, sink.tables().tally());
    ASSERT_FALSE(HasFailure());
  }
}

TEST(Ingest, ASecondRunOverTheSameRecordsUnderOtherNamesAddsOnlyDuplicates) {
  for (unsigned seed = 1; seed <= kSeeds / 5; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const std::vector<std::string> records = random_messages(random, 40);
    MemorySink sink;
    MemorySource source(cut_into_batches(random, records, kEpochInputMax));
    ASSERT_TRUE(run(source, sink, 2));
    const MemoryTables before = sink.tables();

    std::vector<ScriptedBatch> renamed = cut_into_batches(random, records, kEpochInputMax);
    for (ScriptedBatch& batch : renamed) batch.partition = "copy of " + batch.partition;
    MemorySource copy(renamed);
    const auto tally = run(copy, sink, 2);
    ASSERT_TRUE(tally);
    EXPECT_EQ(tally->records.stored, 0u);
    EXPECT_EQ(tally->events.stored, 0u);
    EXPECT_EQ(tally->items.stored, 0u);
    EXPECT_TRUE(tally->records.adds_up());
    EXPECT_EQ(sink.tables().event_count(), before.event_count());
    expect_whole(sink.tables());
    ASSERT_FALSE(HasFailure());
  }
}

// Every call of the sink in turn fails, once; also a commit that has happened and says that it failed.
TEST(Ingest, WhateverCallFailsNothingIsHalfAndTheNextRunFinishes) {
  for (unsigned workers = 1; workers <= 2; ++workers) {
    for (const bool commit_happened : {false, true}) {
      bool failed = true;
      for (int call = 1; failed; ++call) {
        SCOPED_TRACE(fmt::format("call {}, {} workers, commit happened: {}", call, workers, commit_happened));
        std::mt19937 random(7);
        const std::vector<std::string> records = random_messages(random, 24);
        const std::vector<ScriptedBatch> batches = cut_into_batches(random, records, kEpochInputMax);
        MemorySink sink;
        sink.commit_before_failing(commit_happened);
        sink.fail_at(call);
        MemorySource source(batches);
        const auto stopped = run(source, sink, workers);
        failed = sink.has_failed();
        EXPECT_EQ(stopped.has_value(), !failed);
        sink.fail_at(0);
        expect_whole(sink.tables());
        const auto finished = run_again(batches, sink, workers);
        ASSERT_TRUE(finished) << finished.error().message;
        expect_complete(sink.tables(), expect_tables(records));
        ASSERT_FALSE(HasFailure());
      }
    }
  }
}

TEST(Ingest, SurvivesFailuresAtRandomCallsAgainAndAgain) {
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const std::vector<std::string> records = random_messages(random, 50);
    const std::vector<ScriptedBatch> batches = cut_into_batches(random, records, kEpochInputMax);
    MemorySink sink;
    for (int attempt = 0; attempt < 5; ++attempt) {
      sink.commit_before_failing(random() % 2 == 0);
      sink.fail_at(1 + static_cast<int>(random() % 80));
      (void)run_again(batches, sink, static_cast<unsigned>(1 + random() % 3));
      expect_whole(sink.tables());
    }
    sink.fail_at(0);
    const auto finished = run_again(batches, sink, 2);
    ASSERT_TRUE(finished) << finished.error().message;
    expect_complete(sink.tables(), expect_tables(records));
    ASSERT_FALSE(HasFailure());
  }
}

TEST(Ingest, StopsAtWholeBatchesAndTheNextRunFinishes) {
  for (unsigned seed = 1; seed <= kSeeds / 3; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const std::vector<std::string> records = random_messages(random, 50);
    const std::vector<ScriptedBatch> batches = cut_into_batches(random, records, kEpochInputMax);
    MemorySink sink;
    std::stop_source stop;
    MemorySource source(batches);
    source.before_each([&stop, at = seed % batches.size()](std::size_t batch) {
      if (batch == at) stop.request_stop();
    });
    const auto stopped = run(source, sink, 1 + seed % 3, stop.get_token());
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->pending, 0u);
    EXPECT_TRUE(stopped->records.adds_up());
    EXPECT_EQ(*stopped, sink.tables().tally());
    expect_whole(sink.tables());
    ASSERT_TRUE(run_again(batches, sink, 2));
    expect_complete(sink.tables(), expect_tables(records));
    ASSERT_FALSE(HasFailure());
  }
}

TEST(Ingest, ASourceThatFailsKeepsWhatWasCommittedBefore) {
  std::mt19937 random(3);
  const std::vector<std::string> records = random_messages(random, 60);
  const std::vector<ScriptedBatch> batches = cut_into_batches(random, records, kEpochInputMax);
  for (std::size_t call = 0; call <= batches.size(); ++call) {
    MemorySink sink;
    MemorySource source(batches);
    source.fail_at(call);
    const auto stopped = run(source, sink, 2);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().message, "told to fail at next");
    expect_whole(sink.tables());
    ASSERT_TRUE(run_again(batches, sink, 2));
    expect_complete(sink.tables(), expect_tables(records));
  }
}

TEST(Ingest, SettlesFirstWhatAKilledRunLeftBehind) {
  MemorySink sink;
  const std::vector<ScriptedBatch> batches = {
      {.partition = "a", .records = {visit_message(1, {view_event(1)}), visit_message(1, {view_event(2)})}}};
  MemorySource source(batches);
  sink.fail_at(9);  // pending, each_key twice, begin, store, find_visits, defer, commit; then the settlement
  ASSERT_FALSE(run(source, sink, 1));
  ASSERT_EQ(sink.tables().pending.size(), 1u);
  const auto finished = run_again(batches, sink, 1);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->records, TableTally{});  // counted to the run that received them
  EXPECT_TRUE(sink.tables().pending.empty());
  expect_whole(sink.tables());
}

TEST(Ingest, AnswersForASourceWithoutRecords) {
  MemorySink sink;
  MemorySource source({});
  const auto tally = run(source, sink, 4);
  ASSERT_TRUE(tally);
  EXPECT_EQ(*tally, Tally{});
}

// Batches of topic partitions, moved by compare-and-set from where they stand.
TEST(Ingest, MovesTheProgressOfAStreamFromWhereItStands) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const std::vector<std::string> records = random_messages(random, 60);
    std::vector<ScriptedBatch> batches;
    std::map<std::string, std::uint64_t> positions;
    for (std::size_t at = 0; at < records.size(); at += 5) {
      ScriptedBatch& batch = batches.emplace_back();
      batch.stream = true;
      batch.partition = fmt::format("visits/{}", random() % 3);
      batch.first = !positions.contains(batch.partition);
      batch.from = positions[batch.partition];
      batch.records.assign(records.begin() + static_cast<std::ptrdiff_t>(at),
                           records.begin() + static_cast<std::ptrdiff_t>(at + 5));
      batch.input_bytes = random() % 2 == 0 ? kEpochInputMax : 1;
      positions[batch.partition] += 5;
    }
    MemorySink sink;
    sink.fail_at(static_cast<int>(20 + random() % 60));
    MemorySource source(batches);
    (void)run(source, sink, 1);
    sink.fail_at(0);
    expect_whole(sink.tables());
    MemorySource rest(batches);
    rest.skip([&sink](const ScriptedBatch& batch) {
      const auto at = sink.tables().progress.find(batch.partition);
      return at != sink.tables().progress.end() && at->second.position > batch.from;
    });
    const auto finished = run(rest, sink, 1);
    ASSERT_TRUE(finished) << finished.error().message;
    expect_complete(sink.tables(), expect_tables(records));
    for (const auto& [partition, position] : positions) {
      EXPECT_EQ(sink.tables().progress[partition].position, position);
    }
    ASSERT_FALSE(HasFailure());
  }
}

TEST(Ingest, FailsAndStoresNothingWhenSomebodyElseHasMovedAStream) {
  MemorySink sink;
  sink.tables().progress["visits/0"].position = 10;
  MemorySource source(
      {{.partition = "visits/0", .from = 5, .first = false, .records = {visit_message(1, {view_event(1)})}}});
  const auto tally = run(source, sink, 1);
  ASSERT_FALSE(tally);
  EXPECT_EQ(tally.error().code, ErrorCode::kConflict);
  EXPECT_TRUE(sink.tables().visits.empty());
  EXPECT_EQ(sink.tables().progress["visits/0"].position, 10u);
}

TEST(Ingest, TellsHowFarItIs) {
  MemorySink sink;
  MemorySource source(
      {{.partition = "a", .records = {visit_message(1, {view_event(1)}), "null"}, .input_bytes = 500},
       {.partition = "b", .records = {visit_message(2, {purchase_event(1, 1, true)})}, .input_bytes = 70}});
  IngestProgress progress;
  ASSERT_TRUE(ingest(source, sink, {.workers = 2, .expected_keys = 0}, progress, {}));
  EXPECT_EQ(progress.input_bytes, 570u);
  EXPECT_EQ(progress.records, 3u);
}

TEST(DryRunSink, CountsWhatTheRunWouldCountAndStoresNothing) {
  for (unsigned seed = 1; seed <= kSeeds / 3; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const std::vector<std::string> records = random_messages(random, 50);
    std::vector<ScriptedBatch> batches = cut_into_batches(random, records, kEpochInputMax);
    const std::vector<ScriptedBatch> earlier(
        batches.begin(), batches.begin() + static_cast<std::ptrdiff_t>(batches.size() / 3));
    batches.erase(batches.begin(), batches.begin() + static_cast<std::ptrdiff_t>(batches.size() / 3));
    MemorySink sink;
    MemorySource before(earlier);
    ASSERT_TRUE(run(before, sink, 1));
    const int transactions = sink.tables().transactions;

    DryRunSink rehearsal(sink);
    MemorySource rehearsed(batches);
    const auto would = run(rehearsed, rehearsal, 1);
    ASSERT_TRUE(would);
    EXPECT_EQ(sink.tables().transactions, transactions);
    MemorySource source(batches);
    const auto did = run(source, sink, 1);
    ASSERT_TRUE(did);
    EXPECT_EQ(*would, *did);
    ASSERT_FALSE(HasFailure());
  }
}

TEST(DryRunSink, CountsTheSameEventsWithSeveralWorkers) {
  for (unsigned seed = 1; seed <= kSeeds / 6; ++seed) {
    std::mt19937 random(seed);
    const std::vector<std::string> records = random_messages(random, 60);
    const ExpectedTables expected = expect_tables(records);
    MemorySink sink;
    DryRunSink rehearsal(sink);
    MemorySource source(cut_into_batches(random, records, kEpochInputMax));
    const auto would = run(source, rehearsal, 3);
    ASSERT_TRUE(would);
    EXPECT_EQ(would->events, expected.events) << "seed " << seed;
    EXPECT_EQ(would->items, expected.items);
    EXPECT_EQ(would->records.received, expected.records);
    EXPECT_TRUE(would->records.adds_up());
    EXPECT_TRUE(sink.tables().visits.empty());
  }
}

}  // namespace
}  // namespace millrace
