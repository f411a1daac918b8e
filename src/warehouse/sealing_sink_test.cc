#include "warehouse/sealing_sink.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "engine/dry_run_sink.h"
#include "engine/ingest.h"
#include "engine/test_visits.h"
#include "warehouse/schema.h"

namespace millrace {
namespace {

ProgressMove first_move(const char* partition, std::uint64_t to) {
  ProgressMove move;
  move.partition = partition;
  move.to = to;
  move.first = true;
  return move;
}

class SealingSinkTest : public testing::Test {
 protected:
  SealingSinkTest() : database_(*Database::open(":memory:", {})), connection_(*database_.connect()) {
    EXPECT_TRUE(prepare_schema(connection_));
    contracts_ = *ContractStore::open(*database_.connect());
    sink_ = *SealingSink::open(database_, *contracts_);
  }

  Result<Tally> run(std::vector<ScriptedBatch> batches, unsigned workers = 1) {
    MemorySource source(std::move(batches));
    IngestProgress progress;
    return sum_of(ingest(source, *sink_, {.workers = workers, .expected_keys = 0}, progress, {}));
  }

  Tally load(const std::vector<std::string>& records, const std::string& file) {
    const auto tally = run({{.partition = file, .records = records}});
    EXPECT_TRUE(tally) << tally.error().message;
    return tally.value_or(Tally{});
  }

  // All cells of the first row.
  std::string row(const std::string& sql) {
    auto rows = connection_.query(sql);
    EXPECT_TRUE(rows) << rows.error().message;
    std::string text;
    for (std::size_t i = 0; rows && rows->row_count() > 0 && i < rows->column_count(); ++i) {
      text += (i == 0 ? "" : " ") + (rows->is_null(0, i) ? "-" : rows->text(0, i));
    }
    return text;
  }

  void expect_whole() {
    EXPECT_EQ(
        row("SELECT (SELECT count(*) FROM sealed.visit_events) = coalesce(sum(events_stored), 0), "
            "(SELECT count(*) FROM sealed.purchase_items) = coalesce(sum(items_stored), 0), "
            "(SELECT count(*) FROM raw.pending_records) = coalesce(sum(pending), 0), "
            "coalesce(bool_and(records_received = records_stored + records_dead + records_duplicate + "
            "pending), "
            "true), "
            "coalesce(bool_and(events_received = events_stored + events_dead + events_duplicate), true), "
            "coalesce(bool_and(items_received = items_stored + items_dead + items_duplicate), true) "
            "FROM raw.progress"),
        "true true true true true true");
    EXPECT_EQ(row("SELECT count(*) - count(DISTINCT visit_key) FROM sealed.visits"), "0");
    EXPECT_EQ(row("SELECT count(*) - count(DISTINCT (visit_key, event_id)) FROM sealed.visit_events"), "0");
    EXPECT_EQ(row("SELECT count(*) FROM sealed.visits v JOIN (SELECT visit_key, count(*) AS n, "
                  "min(event_time) AS a, "
                  "max(event_time) AS b FROM sealed.visit_events GROUP BY ALL) e USING (visit_key) "
                  "WHERE n <> event_count OR a <> started_at OR b <> ended_at"),
              "0");
  }

  Database database_;
  Connection connection_;
  std::unique_ptr<ContractStore> contracts_;
  std::unique_ptr<SealingSink> sink_;
};

TEST_F(SealingSinkTest, StoresWhatTheRecordsSayAsTheSinkInMemoryDoes) {
  for (unsigned seed = 1; seed <= 25; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    std::mt19937 random(seed);
    const std::vector<std::string> records = random_messages(random, 60);
    const ExpectedTables expected = expect_tables(records);
    ASSERT_TRUE(connection_.execute(
        "DELETE FROM sealed.visits; DELETE FROM sealed.visit_events; "
        "DELETE FROM sealed.purchase_items; DELETE FROM raw.progress; DELETE FROM raw.dead_letters"));
    const auto tally = run(cut_into_batches(random, records, kEpochInputMax), 1 + seed % 3);
    ASSERT_TRUE(tally) << tally.error().message;
    EXPECT_EQ(tally->events, expected.events);
    EXPECT_EQ(tally->items, expected.items);
    EXPECT_EQ(tally->records.received, expected.records);
    EXPECT_EQ(tally->records.dead_letters, expected.records_dead);
    EXPECT_EQ(row("SELECT count(*) FROM raw.dead_letters"), std::to_string(expected.dead_letters));
    EXPECT_EQ(row("SELECT count(*) FROM sealed.visits"), std::to_string(expected.event_ids.size()));
    EXPECT_EQ(row("SELECT count(DISTINCT page_url) FROM sealed.visit_events WHERE first_of_page_in_visit IS "
                  "NULL AND page_url IS NOT NULL"),
              "0");
    EXPECT_EQ(row("SELECT count(*) FROM (SELECT visit_key, page_url FROM sealed.visit_events WHERE page_url "
                  "IS NOT NULL "
                  "GROUP BY ALL HAVING count(*) FILTER (first_of_page_in_visit) <> 1)"),
              "0");
    expect_whole();
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(SealingSinkTest, GivesEveryRowItsSource) {
  load({visit_message(1, {view_event(1), purchase_event(1, 2)}), "null"}, "a.jsonl");
  const std::string source =
      "SELECT source_topic, source_partition, source_offset, source_file, source_line, epoch FROM ";
  EXPECT_EQ(row(source + "curated.visits"), "visits - - a.jsonl 1 1");
  EXPECT_EQ(row(source + "curated.events"), "visits - - a.jsonl 1 1");
  EXPECT_EQ(row(source + "curated.purchase_items"), "visits - - a.jsonl 1 1");
  EXPECT_EQ(row(source + "raw.dead_letters"), "visits - - a.jsonl 2 1");
  ASSERT_TRUE(run(
      {{.partition = "topic", .from = 0, .records = {visit_message(2, {view_event(1)})}, .stream = true}}));
  EXPECT_EQ(row(source + "curated.visits WHERE session_id = 'S-2'"), "topic 7 0 - - 2");
}

TEST_F(SealingSinkTest, MovesAStreamByCompareAndSet) {
  const std::vector<ScriptedBatch> first = {
      {.partition = "t", .records = {visit_message(1, {view_event(1)})}, .stream = true}};
  const std::vector<ScriptedBatch> second = {{.partition = "t",
                                              .from = 1,
                                              .first = false,
                                              .records = {visit_message(2, {view_event(1)})},
                                              .stream = true}};
  ASSERT_TRUE(run(first));
  ASSERT_TRUE(run(second));
  EXPECT_EQ(row("SELECT position, records_stored, start FROM raw.progress"), "2 2 0");
  for (const auto& wrong : {first, second}) {
    std::vector<ScriptedBatch> batches = wrong;
    batches[0].records = {visit_message(9, {view_event(1)})};
    const auto tally = run(batches);
    ASSERT_FALSE(tally);
    EXPECT_EQ(tally.error().code, ErrorCode::kConflict) << tally.error().message;
    EXPECT_EQ(row("SELECT count(*) FROM sealed.visits"), "2");
    EXPECT_EQ(row("SELECT position, records_stored FROM raw.progress"), "2 2");
  }
  expect_whole();
}

TEST_F(SealingSinkTest, TwoTransactionsOnOnePartitionNeverBothCommit) {
  VisitDecoder decoder;
  const std::string text = visit_message(1, {view_event(1)}) + std::string(VisitDecoder::kPadding, ' ');
  const DecodedVisit& decoded =
      decoder.decode(std::string_view(text).substr(0, text.size() - VisitDecoder::kPadding), kTestReceivedAt);
  const BatchOutcome outcome{first_move("t", 1), &test_visit_contract(), {}};
  const Provenance place{
      .topic = "t", .partition = 0, .offset = 0, .file = {}, .line = {}, .received_at = kTestReceivedAt};
  auto one = sink_->begin();
  auto two = sink_->begin();
  ASSERT_TRUE(one && two);
  ASSERT_TRUE((*one)->store(decoded.visit, place));
  ASSERT_TRUE((*two)->store(decoded.visit, place));
  const bool first = (*one)->commit({&outcome, 1}).has_value();
  const bool second = (*two)->commit({&outcome, 1}).has_value();
  EXPECT_TRUE(first);
  EXPECT_FALSE(second);
  two->reset();
  EXPECT_EQ(row("SELECT count(*) FROM sealed.visits"), "1");
}

TEST_F(SealingSinkTest, LeavesNothingBehindWithoutACommit) {
  VisitDecoder decoder;
  std::vector<std::string> kept;
  {
    auto writer = sink_->begin();
    ASSERT_TRUE(writer);
    for (int i = 0; i < 5000; ++i) {
      kept.push_back(visit_message(i, {view_event(1), purchase_event(1, 2)}) +
                     std::string(VisitDecoder::kPadding, ' '));
      const std::string_view record =
          std::string_view(kept.back()).substr(0, kept.back().size() - VisitDecoder::kPadding);
      const Provenance place{.topic = "visits",
                             .partition = {},
                             .offset = {},
                             .file = "a",
                             .line = i,
                             .received_at = kTestReceivedAt};
      ASSERT_TRUE((*writer)->store(decoder.decode(record, kTestReceivedAt).visit, place));
      ASSERT_TRUE((*writer)->defer(test_visit_contract(), record, "", "p", place));
    }
  }
  EXPECT_EQ(row("SELECT (SELECT count(*) FROM sealed.visits) + (SELECT count(*) FROM sealed.visit_events) + "
                "(SELECT count(*) FROM sealed.purchase_items) + (SELECT count(*) FROM raw.pending_records)"),
            "0");
}

TEST_F(SealingSinkTest, FindsWhatIsStoredOfAVisit) {
  load({visit_message(1, {view_event(1), view_event(2)}), visit_message(2, {view_event(1)})}, "a");
  const std::uint64_t key = visit_key("S-1", "U-1", "mobile");
  const auto found = sink_->find_visits(std::array<std::uint64_t, 3>{key, key, 12345});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1u);
  const StoredVisit& visit = found->at(key);
  EXPECT_EQ(visit.session_id, "S-1");
  EXPECT_EQ(visit.user_id, "U-1");
  EXPECT_EQ(visit.device_type, "mobile");
  EXPECT_EQ(visit.event_ids.size(), 2u);
  EXPECT_EQ(visit.page_hashes.size(), 2u);
  EXPECT_EQ(visit.next_event_index, 2);
  EXPECT_TRUE(sink_->find_visits({})->empty());
}

TEST_F(SealingSinkTest, FindsMoreVisitsThanOneQueryAsksFor) {
  std::vector<std::string> records;
  std::vector<std::uint64_t> keys;
  for (int i = 0; i < 10'000; ++i) {
    records.push_back(visit_message(i, {view_event(i % 9)}));
    keys.push_back(visit_key(fmt::format("S-{}", i), fmt::format("U-{}", i % 3), "mobile"));
  }
  load(records, "a");
  const auto found = sink_->find_visits(keys);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), keys.size());
  std::size_t seen = 0;
  ASSERT_TRUE(sink_->each_key(test_visit_contract(),
                              [&seen](std::span<const std::uint64_t> some) { seen += some.size(); }));
  EXPECT_EQ(seen, keys.size());
  EXPECT_EQ(load(records, "b").records, (TableTally{10'000, 0, 0, 10'000}));
}

// ---- one visit in several messages

TEST_F(SealingSinkTest, WidensAVisitByViewsAlone) {
  load({visit_message(1, {view_event(1, 10)})}, "a");
  load({visit_message(1, {view_event(2, 5)})}, "b");
  load({visit_message(1, {view_event(3, 20)})}, "c");
  EXPECT_EQ(row("SELECT started_at, ended_at, event_count, page_view_count, purchase_count, revenue, "
                "currency::VARCHAR "
                "FROM curated.visits"),
            "2024-07-01 09:05:00 2024-07-01 09:20:00 3 3 0 0.0000 -");
  expect_whole();
}

TEST_F(SealingSinkTest, WidensManyVisitsOfAllKindsInOneTransaction) {
  load({visit_message(1, {view_event(1)}), visit_message(2, {purchase_event(1, 1)}),
        visit_message(3, {purchase_event(1, 1)}), visit_message(4, {purchase_event(1, 1)})},
       "a");
  load({visit_message(1, {purchase_event(2, 2)}), visit_message(2, {purchase_event(2, 2)}),
        visit_message(3, {view_event(2)}), visit_message(4, {purchase_event(2, 2, false, "EUR")})},
       "b");
  EXPECT_EQ(row("SELECT list(purchase_count || ' ' || coalesce(revenue::VARCHAR, '-') || ' ' || "
                "coalesce(currency::VARCHAR, '-') "
                "ORDER BY session_id)::VARCHAR FROM curated.visits"),
            "[1 21.0000 USD, 2 31.5000 USD, 1 10.5000 USD, 2 - -]");
  expect_whole();
}

TEST_F(SealingSinkTest, NeverAddsRevenueOverCurrenciesInWhateverOrderTheMessagesCome) {
  const std::vector<std::string> messages = {
      visit_message(1, {purchase_event(1, 1)}), visit_message(1, {purchase_event(2, 1, false, "EUR")}),
      visit_message(1, {purchase_event(3, 1)}), visit_message(1, {view_event(1)})};
  std::vector<std::size_t> order = {0, 1, 2, 3};
  int files = 0;
  do {
    ASSERT_TRUE(
        connection_.execute("DELETE FROM sealed.visits; DELETE FROM sealed.visit_events; "
                            "DELETE FROM sealed.purchase_items; DELETE FROM raw.progress"));
    if (files % 2 == 0) {  // each on its own, or all in one transaction
      for (const std::size_t i : order) load({messages[i]}, fmt::format("{}-{}", files, i));
    } else {
      load({messages[order[0]], messages[order[1]], messages[order[2]], messages[order[3]]},
           std::to_string(files));
    }
    ++files;
    EXPECT_EQ(row("SELECT purchase_count, revenue, currency::VARCHAR FROM curated.visits"), "3 - -");
    expect_whole();
  } while (std::next_permutation(order.begin(), order.end()));
}

std::string huge_purchase(int order) {
  return fmt::format(
      R"({{"event_type":"purchase","timestamp":"2024-07-01T10:00:00","details":{{"order_id":"O-{}",)"
      R"("amount":90000000000000,"currency":"USD","items":[{{"product_id":"P","product_name":"Island",)"
      R"("category":"hardware","price":90000000000000,"quantity":1}}]}}}})",
      order);
}

// One visit with more revenue than a column holds must not stop all loads for ever.
TEST_F(SealingSinkTest, ARevenueTooLargeToAddIsUnknownAndHoldsUpNothing) {
  for (const bool together : {false, true}) {
    const int visit = together ? 2 : 1;
    std::vector<std::string> messages;
    for (int order = 1; order <= 3; ++order) messages.push_back(visit_message(visit, {huge_purchase(order)}));
    if (together) {
      load(messages, "together");
    } else {
      for (int i = 0; i < 3; ++i) load({messages[static_cast<std::size_t>(i)]}, fmt::format("alone-{}", i));
    }
    EXPECT_EQ(
        row(fmt::format(
            "SELECT purchase_count, revenue, currency::VARCHAR FROM curated.visits WHERE session_id = 'S-{}'",
            visit)),
        "3 - USD");
  }
  load({visit_message(3, {huge_purchase(1), huge_purchase(2)})}, "in one message");
  EXPECT_EQ(
      row("SELECT purchase_count, revenue, currency::VARCHAR FROM curated.visits WHERE session_id = 'S-3'"),
      "2 - USD");
  expect_whole();
}

// ---- set aside and settled

TEST_F(SealingSinkTest, KeepsWhatWasSetAsideThroughARestart) {
  VisitDecoder decoder;
  const std::string message = visit_message(1, {view_event(1)});
  {
    auto writer = sink_->begin();
    ASSERT_TRUE(writer);
    const Provenance file{.topic = "visits",
                          .partition = {},
                          .offset = {},
                          .file = "a.jsonl",
                          .line = 12,
                          .received_at = kTestReceivedAt};
    const Provenance stream{
        .topic = "t", .partition = 3, .offset = 45, .file = {}, .line = {}, .received_at = kTestReceivedAt};
    ASSERT_TRUE((*writer)->defer(test_visit_contract(), message, "", "p", file));
    ASSERT_TRUE((*writer)->defer(test_visit_contract(), std::string_view("\0\xff", 2), "", "p", stream));
    Tally tally;
    tally.records.received = 2;
    tally.pending = 2;
    const BatchOutcome outcome{first_move("p", 2), &test_visit_contract(), tally};
    ASSERT_TRUE((*writer)->commit({&outcome, 1}));
  }
  expect_whole();
  sink_ = *SealingSink::open(database_, *contracts_);
  const auto pending = sink_->pending(10);
  ASSERT_TRUE(pending);
  ASSERT_EQ(pending->size(), 2u);
  EXPECT_EQ((*pending)[0].kept.record(), message);
  EXPECT_EQ((*pending)[0].kept.provenance().file, "a.jsonl");
  EXPECT_EQ((*pending)[0].kept.provenance().line, 12);
  EXPECT_EQ((*pending)[0].kept.provenance().received_at, kTestReceivedAt);
  EXPECT_FALSE((*pending)[0].kept.provenance().partition);
  EXPECT_EQ((*pending)[1].kept.record(), std::string_view("\0\xff", 2));
  EXPECT_EQ((*pending)[1].kept.provenance().topic, "t");
  EXPECT_EQ((*pending)[1].kept.provenance().partition, 3);
  EXPECT_EQ((*pending)[1].kept.provenance().offset, 45);
  ASSERT_TRUE(run({}));  // settles first
  EXPECT_EQ(row("SELECT records_stored, records_dead, pending FROM raw.progress"), "1 1 0");
  EXPECT_EQ(row("SELECT source_topic, source_partition, source_offset, hex(payload) FROM raw.dead_letters"),
            "t 3 45 00FF");
  EXPECT_EQ(row("SELECT source_file, source_line FROM curated.visits"), "a.jsonl 12");
  expect_whole();
}

TEST_F(SealingSinkTest, HandsOutNoMoreOfWhatWasSetAsideThanMemoryAllows) {
  auto writer = sink_->begin();
  ASSERT_TRUE(writer);
  const std::string large(kRecordSizeMax, 'x');
  constexpr std::size_t kRecords = 48;
  for (std::size_t i = 0; i < kRecords; ++i)
    ASSERT_TRUE((*writer)->defer(
        test_visit_contract(), large, "", "p",
        {.topic = "t", .partition = 0, .offset = 1, .file = {}, .line = {}, .received_at = kTestReceivedAt}));
  ASSERT_TRUE((*writer)->commit({}));
  const auto pending = sink_->pending(4096);
  ASSERT_TRUE(pending);
  EXPECT_GE(pending->size(), 1u);
  EXPECT_LE(pending->size() * kRecordSizeMax, kEpochSuspectsMax + kRecordSizeMax);
}

TEST_F(SealingSinkTest, NumbersEpochsOnFromTheLastOne) {
  load({visit_message(1, {view_event(1)})}, "a");
  load({visit_message(2, {view_event(1)})}, "b");
  sink_ = *SealingSink::open(database_, *contracts_);
  load({visit_message(3, {view_event(1)})}, "c");
  EXPECT_EQ(row("SELECT count(DISTINCT epoch), bool_and(epoch > 0) FROM curated.visits"), "3 true");
}

TEST_F(SealingSinkTest, KeepsTheExactBytesOfWhatWasRefused) {
  const std::string bytes("{\"a\":\xff\x00'\";", 10);
  load({bytes, visit_message(1, {view_event(1), purchase_event(1, 1, true)})}, "it's.jsonl");
  EXPECT_EQ(row("SELECT count(*), bool_and(payload = " + std::string("'{\"a\":\\xFF\\x00''\";'::BLOB") +
                ") FROM raw.dead_letters WHERE unit = 'record'"),
            "1 true");
  EXPECT_EQ(row("SELECT source_event_index, reason, payload = encode('" + purchase_event(1, 1, true) +
                "') FROM raw.dead_letters WHERE unit = 'event'"),
            "1 amount_mismatch true");
  EXPECT_EQ(row("SELECT count(DISTINCT dead_letter_id), string_agg(DISTINCT status) FROM raw.dead_letters"),
            "2 open");
}

TEST_F(SealingSinkTest, ADryRunTellsWhatTheLoadWillTell) {
  std::mt19937 random(17);
  const std::vector<std::string> before = random_messages(random, 40);
  const std::vector<std::string> records = random_messages(random, 80);
  load(before, "before");
  const std::string state = row("SELECT count(*), max(epoch) FROM sealed.visit_events");
  DryRunSink rehearsal(*sink_);
  MemorySource source({{.partition = "new", .records = records}});
  IngestProgress progress;
  const auto would = sum_of(ingest(source, rehearsal, {.workers = 1, .expected_keys = 0}, progress, {}));
  ASSERT_TRUE(would);
  EXPECT_EQ(row("SELECT count(*), max(epoch) FROM sealed.visit_events"), state);
  EXPECT_EQ(*would, load(records, "new"));
}

}  // namespace
}  // namespace millrace
