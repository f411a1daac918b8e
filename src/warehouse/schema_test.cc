#include "warehouse/schema.h"

#include <gtest/gtest.h>

#include <set>

#include "warehouse/test_folder.h"

namespace millrace {
namespace {

class SchemaTest : public testing::Test {
 protected:
  SchemaTest() : database_(*Database::open(":memory:", {})), connection_(*database_.connect()) {}

  std::set<std::string> columns(const std::string& table) {
    std::set<std::string> names;
    auto rows = connection_.query("SELECT column_name FROM (DESCRIBE " + table + ")");
    EXPECT_TRUE(rows) << rows.error().message;
    for (std::size_t row = 0; rows && row < rows->row_count(); ++row) names.insert(rows->text(row, 0));
    return names;
  }

  void expect_columns(const std::string& table, const std::set<std::string>& expected) {
    const std::set<std::string> there = columns(table);
    for (const std::string& name : expected) EXPECT_TRUE(there.contains(name)) << table << " has no " << name;
  }

  Database database_;
  Connection connection_;
};

const std::set<std::string> kSourceColumns = {"source_topic", "source_partition", "source_offset",
                                              "source_file",  "source_line",      "received_at",
                                              "epoch"};

// The names that people's SQL, models and dashboards rely on.
TEST_F(SchemaTest, HasTheTablesAndColumnsThatTheContractNames) {
  ASSERT_TRUE(prepare_schema(connection_));
  expect_columns("curated.visits",
                 {"visit_key", "session_id", "user_id", "device_type", "geolocation", "latitude", "longitude",
                  "user_agent", "started_at", "ended_at", "event_count", "page_view_count", "cart_add_count",
                  "purchase_count", "revenue", "currency", "extra"});
  for (const char* events :
       {"curated.events", "curated.page_view_events", "curated.cart_adds", "curated.purchases"}) {
    expect_columns(events, {"event_id",
                            "event_index",
                            "event_type",
                            "first_of_page_in_visit",
                            "source_event_type",
                            "event_time",
                            "visit_key",
                            "session_id",
                            "user_id",
                            "device_type",
                            "page_url",
                            "referrer_url",
                            "product_id",
                            "product_name",
                            "category",
                            "brand",
                            "price",
                            "quantity",
                            "order_id",
                            "amount",
                            "currency",
                            "store_id",
                            "warehouse_id",
                            "delta",
                            "extra"});
    expect_columns(events, kSourceColumns);
  }
  expect_columns("curated.purchase_items",
                 {"event_id", "order_id", "item_index", "session_id", "user_id", "product_id", "product_name",
                  "category", "price", "quantity", "line_amount", "currency", "purchased_at", "extra"});
  for (const char* table : {"curated.visits", "curated.purchase_items", "raw.dead_letters"}) {
    expect_columns(table, kSourceColumns);
  }
  expect_columns("raw.dead_letters",
                 {"dead_letter_id", "reason", "message", "shape", "contract", "contract_version", "payload",
                  "attributes", "message_id", "status", "replayed_at"});
  expect_columns("raw.loads", {"file_name", "content_hash", "bytes", "received", "stored", "dead_letters",
                               "duplicates", "started_at", "finished_at", "state"});
}

TEST_F(SchemaTest, PreparingTwiceChangesNothing) {
  ASSERT_TRUE(prepare_schema(connection_));
  ASSERT_TRUE(connection_.execute("INSERT INTO raw.sources VALUES (1, 'visits', NULL, 'a.jsonl')"));
  ASSERT_TRUE(prepare_schema(connection_));
  EXPECT_EQ(connection_.query("SELECT count(*) FROM raw.sources")->integer(0, 0), 1);
  EXPECT_EQ(connection_.query("SELECT count(*) FROM raw.schema_version")->integer(0, 0), 1);
}

TEST_F(SchemaTest, RefusesAWarehouseOfANewerProgram) {
  ASSERT_TRUE(prepare_schema(connection_));
  ASSERT_TRUE(connection_.execute("UPDATE raw.schema_version SET version = 999"));
  const Status status = prepare_schema(connection_);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kConflict);
  EXPECT_NE(status.error().message.find("999"), std::string::npos);
}

TEST_F(SchemaTest, FinishesAnOpeningThatWasKilledBeforeItsTablesWereMade) {
  ASSERT_TRUE(
      connection_.execute("CREATE SCHEMA raw; CREATE TABLE raw.schema_version (version INTEGER NOT NULL)"));
  ASSERT_TRUE(prepare_schema(connection_));
  EXPECT_FALSE(columns("sealed.visits").empty());
}

TEST_F(SchemaTest, EveryViewCanBeAskedWhenNothingIsStored) {
  ASSERT_TRUE(prepare_schema(connection_));
  auto views =
      connection_.query("SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal");
  ASSERT_TRUE(views);
  EXPECT_GE(views->row_count(), 7u);
  for (std::size_t row = 0; row < views->row_count(); ++row) {
    auto rows = connection_.query("SELECT * FROM " + views->text(row, 0));
    ASSERT_TRUE(rows) << views->text(row, 0) << ": " << rows.error().message;
    EXPECT_EQ(rows->row_count(), 0u) << views->text(row, 0);
  }
}

}  // namespace
}  // namespace millrace
