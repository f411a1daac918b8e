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
  MILLRACE_ASSIGN(const std::unique_ptr<SealingSink> sink, SealingSink::open(database));
  MemorySource source(std::move(batches));
  IngestProgress progress;
  MILLRACE_TRY(ingest(source, *sink, {.workers = workers, .expected_visits = 0}, progress, {}));
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
    "coalesce((SELECT sum(visits_stored) FROM raw.progress), 0)::BIGINT, "
    "coalesce((SELECT sum(events_stored) FROM raw.progress), 0)::BIGINT, "
    "coalesce((SELECT sum(items_stored) FROM raw.progress), 0)::BIGINT";

bool is_whole(QueryResult& counts) {
  return counts.integer(0, 0) == counts.integer(0, 3) && counts.integer(0, 1) == counts.integer(0, 4) &&
         counts.integer(0, 2) == counts.integer(0, 5);
}

// Two writers commit epochs of more than one row group (122,880 rows) each, while readers look all the time.
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
      for (int i = 0; i < 6; ++i) batches.push_back(batch_of_visits(i * 45'000, (i + 1) * 45'000));
      const Status stored = store(database, std::move(batches), 2);
      done = true;
      EXPECT_TRUE(stored) << stored.error().message;
    }
    EXPECT_EQ(torn, 0) << "of " << reads << " reads with " << threads << " threads a query";
    EXPECT_GE(different, 4) << "the readers must have seen it grow";
    Connection connection = *database.connect();
    EXPECT_EQ(connection.query(kCounts)->integer(0, 1), 6 * 45'000 * 3);
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
        ASSERT_TRUE((*warehouse)->checkpoint());
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
  const Status status = (*warehouse)->checkpoint();
  done = true;
  EXPECT_TRUE(status) << status.error().message;
}

// A write-ahead log that was cut anywhere opens, and holds whole transactions only.
TEST(Warehouse, OpensWithALogThatWasCutOff) {
  const TestFolder folder;
  const std::string path = folder.file("warehouse.duckdb");
  const std::string copy = folder.file("copy.duckdb");
  const std::string saved = folder.file("saved");
  {
    auto warehouse = Warehouse::open(path, kOptions);
    ASSERT_TRUE(warehouse);
    ASSERT_TRUE((*warehouse)->checkpoint());
    for (int i = 0; i < 4; ++i)
      ASSERT_TRUE(store((*warehouse)->database(), {batch_of_visits(i * 10, i * 10 + 10)}, 1));
    std::filesystem::copy_file(path, saved);
    std::filesystem::copy_file(path + ".wal", saved + ".wal");
  }
  const auto size = std::filesystem::file_size(saved + ".wal");
  ASSERT_GT(size, 1000u);
  std::int64_t most = 0;
  for (std::uintmax_t length = 0; length <= size; length += std::max<std::uintmax_t>(1, size / 60)) {
    std::filesystem::copy_file(saved, copy, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::copy_file(saved + ".wal", copy + ".wal",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(copy + ".wal", length);
    auto warehouse = Warehouse::open(copy, kOptions);
    ASSERT_TRUE(warehouse) << warehouse.error().message << ", cut at " << length << " of " << size;
    Connection connection = *(*warehouse)->database().connect();
    auto counts = connection.query(kCounts);
    ASSERT_TRUE(counts);
    EXPECT_TRUE(is_whole(*counts)) << "cut at " << length;
    EXPECT_EQ(counts->integer(0, 0) % 10, 0);
    EXPECT_GE(counts->integer(0, 0), most);
    most = std::max(most, counts->integer(0, 0));
  }
  EXPECT_GE(most, 30);
}

}  // namespace
}  // namespace millrace
