#include "warehouse/warehouse.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/limits.h"
#include "engine/ingest.h"
#include "engine/test_visits.h"
#include "warehouse/sealing_sink.h"
#include "warehouse/test_folder.h"

namespace millrace {
namespace {

constexpr DatabaseOptions kOptions{.memory_limit_bytes = 512u << 20, .threads = 2};

Status store(const Database& database, std::vector<ScriptedBatch> batches, unsigned workers) {
  MILLRACE_ASSIGN(Connection connection, database.connect());
  MILLRACE_ASSIGN(const std::unique_ptr<ContractStore> contracts, ContractStore::open(std::move(connection)));
  MILLRACE_ASSIGN(const std::unique_ptr<SealingSink> sink, SealingSink::open(database, *contracts));
  MemorySource source(std::move(batches));
  IngestProgress progress;
  MILLRACE_TRY(ingest(source, *sink, {.workers = workers, .expected_keys = 0}, progress, {}));
  return {};
}

ScriptedBatch batch_of_visits(int from, int to) {
  ScriptedBatch batch{
      .partition = fmt::format("{}-{}", from, to), .records = {}, .input_bytes = kEpochInputMax};
  for (int i = from; i < to; ++i)
    batch.records.push_back(visit_message(i, {view_event(1), view_event(2), purchase_event(1, 1)}));
  return batch;
}

// In one statement: what is stored, and what progress says of it.
constexpr const char* kCounts =
    "SELECT (SELECT count(*) FROM sealed.visits), (SELECT count(*) FROM sealed.visit_events), "
    "(SELECT count(*) FROM sealed.purchase_items), "
    "coalesce((SELECT sum(records_stored) FROM raw.progress), 0)::BIGINT, "
    "coalesce((SELECT sum(events_stored) FROM raw.progress), 0)::BIGINT, "
    "coalesce((SELECT sum(items_stored) FROM raw.progress), 0)::BIGINT";

bool is_whole(QueryResult& counts) {
  return counts.integer(0, 0) == counts.integer(0, 3) && counts.integer(0, 1) == counts.integer(0, 4) &&
         counts.integer(0, 2) == counts.integer(0, 5);
}

// Two writers commit epochs of more than one row group (122,880 rows) each, while readers look all the time.
// ThreadSanitizer looks at the order of accesses, which fewer epochs show as well; it takes ten times as long.
#ifdef __SANITIZE_THREAD__
constexpr int kEpochs = 3;
#else
constexpr int kEpochs = 6;
#endif

TEST(Warehouse, NoReaderSeesAPartOfATransaction) {
  for (const unsigned threads : {1u, 2u}) {
    const TestFolder folder;
    auto warehouse = Warehouse::open(folder.file("warehouse.duckdb"),
                                     {.memory_limit_bytes = 512u << 20, .threads = threads});
    ASSERT_TRUE(warehouse);
    const Database& database = (*warehouse)->database();
    std::atomic<bool> done = false;
    std::atomic<int> reads = 0;
    std::atomic<int> torn = 0;
    std::atomic<int> different = 0;
    {
      std::vector<std::jthread> readers;
      for (int r = 0; r < 2; ++r) {
        readers.emplace_back([&] {
          Connection connection = *database.connect();
          std::int64_t last = 0;
          while (!done) {
            auto counts = connection.query(kCounts);
            ASSERT_TRUE(counts) << counts.error().message;
            ++reads;
            torn += is_whole(*counts) ? 0 : 1;
            different += counts->integer(0, 0) != last ? 1 : 0;
            last = counts->integer(0, 0);
          }
        });
      }
      std::vector<ScriptedBatch> batches;
      for (int i = 0; i < kEpochs; ++i) batches.push_back(batch_of_visits(i * 45'000, (i + 1) * 45'000));
      const Status stored = store(database, std::move(batches), 2);
      done = true;
      EXPECT_TRUE(stored) << stored.error().message;
    }
    EXPECT_EQ(torn, 0) << "of " << reads << " reads with " << threads << " threads a query";
    EXPECT_GE(different, kEpochs - 2) << "the readers must have seen it grow";
    Connection connection = *database.connect();
    EXPECT_EQ(connection.query(kCounts)->integer(0, 1), kEpochs * 45'000 * 3);
  }
}

TEST(Warehouse, ShowsTheSameRowsAfterItIsOpenedAgain) {
  const TestFolder folder;
  const std::string path = folder.file("warehouse.duckdb");
  std::string before;
  const auto rows = [](const Database& database) {
    Connection connection = *database.connect();
    auto all =
        connection.query("SELECT string_agg(v::VARCHAR, ';' ORDER BY session_id) FROM curated.visits v");
    return all->text(0, 0) +
           connection.query("SELECT string_agg(e::VARCHAR, ';' ORDER BY event_id) FROM curated.events e")
               ->text(0, 0);
  };
  for (const bool checkpointed : {false, true}) {
    const int visit = checkpointed ? 100 : 0;
    {
      auto warehouse = Warehouse::open(path, kOptions);
      ASSERT_TRUE(warehouse);
      ASSERT_TRUE(store((*warehouse)->database(), {batch_of_visits(visit, visit + 20)}, 1));
      if (checkpointed) {
        ASSERT_TRUE((*warehouse)->checkpoint({}));
        EXPECT_FALSE(std::filesystem::exists(path + ".wal") && std::filesystem::file_size(path + ".wal") > 0);
      }
      before = rows((*warehouse)->database());
    }
    auto again = Warehouse::open(path, kOptions);
    ASSERT_TRUE(again);
    EXPECT_EQ(rows((*again)->database()), before);
  }
}

TEST(Warehouse, ChecksPointsWhileOthersRead) {
  const TestFolder folder;
  auto warehouse = Warehouse::open(folder.file("warehouse.duckdb"), kOptions);
  ASSERT_TRUE(warehouse);
  ASSERT_TRUE(store((*warehouse)->database(), {batch_of_visits(0, 1000)}, 1));
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    Connection connection = *(*warehouse)->database().connect();
    while (!done) EXPECT_TRUE(connection.query(kCounts));
  });
  const Status status = (*warehouse)->checkpoint({});
  done = true;
  EXPECT_TRUE(status) << status.error().message;
}

// The log of four transactions, cut off as by a kill while it was written.
class CutLogTest : public testing::Test {
 protected:
  void store_four(int visits_each) {
    auto warehouse = Warehouse::open(path_, kOptions);
    ASSERT_TRUE(warehouse);
    ASSERT_TRUE((*warehouse)->checkpoint({}));
    for (int i = 0; i < 4; ++i) {
      ASSERT_TRUE(
          store((*warehouse)->database(), {batch_of_visits(i * visits_each, (i + 1) * visits_each)}, 1));
    }
    std::filesystem::copy_file(path_, saved_);
    std::filesystem::copy_file(path_ + ".wal", saved_ + ".wal");
  }

  // How many visits there are when the log ends there; and again after a further transaction and a restart.
  void expect_whole_when_cut_at(std::uintmax_t length, int visits_each, std::int64_t& visits) {
    SCOPED_TRACE(fmt::format("cut at {} of {}", length, std::filesystem::file_size(saved_ + ".wal")));
    constexpr auto kOver = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(saved_, copy_, kOver);
    std::filesystem::copy_file(saved_ + ".wal", copy_ + ".wal", kOver);
    std::filesystem::resize_file(copy_ + ".wal", length);
    for (int opened = 0; opened < 2; ++opened) {
      auto warehouse = Warehouse::open(copy_, kOptions);
      ASSERT_TRUE(warehouse) << warehouse.error().message;
      Connection connection = *(*warehouse)->database().connect();
      auto counts = connection.query(kCounts);
      ASSERT_TRUE(counts);
      EXPECT_TRUE(is_whole(*counts));
      EXPECT_EQ((counts->integer(0, 0) - opened * 5) % visits_each, 0);
      EXPECT_EQ(counts->integer(0, 1), counts->integer(0, 0) * 3);
      if (opened == 0) {
        visits = counts->integer(0, 0);
        ASSERT_TRUE(store((*warehouse)->database(), {batch_of_visits(1'000'000, 1'000'005)}, 1));
      }
    }
  }

  TestFolder folder_;
  std::string path_ = folder_.file("warehouse.duckdb");
  std::string copy_ = folder_.file("copy.duckdb");
  std::string saved_ = folder_.file("saved");
};

TEST_F(CutLogTest, HoldsWholeTransactionsOnly) {
  store_four(10);
  const auto size = std::filesystem::file_size(saved_ + ".wal");
  std::int64_t most = 0;
  for (std::uintmax_t length = 0; length <= size; length += std::max<std::uintmax_t>(1, size / 60)) {
    std::int64_t visits = 0;
    expect_whole_when_cut_at(length, 10, visits);
    EXPECT_GE(visits, most);
    most = std::max(most, visits);
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GE(most, 30);
}

// Row groups that are written into the file before the commit: DuckDB's own replay brings them back without
// it.
TEST_F(CutLogTest, HoldsWholeTransactionsOnlyOfMoreRowsThanARowGroup) {
  store_four(45'000);
  const auto size = std::filesystem::file_size(saved_ + ".wal");
  std::int64_t most = 0;
  for (std::uintmax_t length = 1; length <= size; length += size / 24) {
    std::int64_t visits = 0;
    expect_whole_when_cut_at(length, 45'000, visits);
    EXPECT_GE(visits, most);
    most = std::max(most, visits);
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GE(most, 3 * 45'000);
}

TEST_F(CutLogTest, LosesNothingOfAWholeLog) {
  store_four(10);
  std::int64_t visits = 0;
  expect_whole_when_cut_at(std::filesystem::file_size(saved_ + ".wal"), 10, visits);
  EXPECT_EQ(visits, 40);
}

}  // namespace
}  // namespace millrace
