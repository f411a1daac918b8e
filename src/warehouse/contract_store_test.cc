#include "warehouse/contract_store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "event/builtin_contracts.h"
#include "event/contract_file.h"
#include "warehouse/schema.h"

namespace millrace {
namespace {

constexpr Timestamp kNow{1'722'470'400'000'000};

std::string yaml(const std::string& name, const std::string& version, const std::string& more = "",
                 const std::string& note_type = "string") {
  return "kind: DataContract\napiVersion: v3.1.0\nid: " + name + "\nname: " + name + "\nversion: " + version +
         "\nstatus: active\nschema:\n  - name: sale\n    logicalType: object\n    properties:\n"
         "      - {name: sold_at, logicalType: timestamp, required: true}\n"
         "      - {name: note, logicalType: " +
         note_type + "}\n" + more +
         "    customProperties:\n      - property: millrace\n        value:\n"
         "          mapping: {event_time: sold_at}\n          event_type: purchase\n"
         "          identity: {fields: [sold_at]}\n";
}

Contract contract(const std::string& text) {
  auto read = read_contract(text, "test");
  EXPECT_TRUE(read) << read.error().message;
  return read.value_or(Contract{});
}

class ContractVersionsTest : public testing::Test {
 protected:
  ContractVersionsTest() {
    EXPECT_TRUE(prepare_schema(connection_));
    open();
  }

  void open() { store_ = *ContractStore::open(*database_.connect()); }

  const Contract& prepared(const std::string& text) {
    const auto known = store_->know(contract(text));
    EXPECT_TRUE(known) << known.error().message;
    const Status done = store_->prepare(**known, kNow);
    EXPECT_TRUE(done) << done.error().message;
    return **known;
  }

  std::string value(const std::string& sql) {
    auto rows = connection_.query(sql);
    return rows ? rows->text(0, 0) : "error: " + rows.error().message;
  }

  Database database_ = *Database::open(":memory:", {});
  Connection connection_ = *database_.connect();
  std::unique_ptr<ContractStore> store_;
};

TEST_F(ContractVersionsTest, KnowsWhatShipsWithTheProgram) {
  for (const Contract& shipped : builtin_contracts()) EXPECT_EQ(store_->find(shipped.name), &shipped);
  EXPECT_EQ(store_->find("sales"), nullptr);
}

TEST_F(ContractVersionsTest, APreparedContractHasItsTableAndViewsAlsoAfterARestart) {
  prepared(yaml("sales", "1.0.0"));
  EXPECT_EQ(value("SELECT count(*) FROM records.sales"), "0");
  EXPECT_EQ(value("SELECT count(note) FROM curated.sales"), "0");
  open();
  ASSERT_NE(store_->find("sales"), nullptr);
  EXPECT_TRUE(store_->is_prepared(*store_->find("sales")));
  EXPECT_EQ(value("SELECT version FROM raw.contracts WHERE name = 'sales'"), "1.0.0");
}

TEST_F(ContractVersionsTest, ANewVersionAddsItsColumnsAndKeepsTheRows) {
  prepared(yaml("sales", "1.0.0"));
  ASSERT_TRUE(connection_.execute(
      "INSERT INTO records.sales (event_id, content_hash, sold_at, source_id, received_at, "
      "epoch) VALUES (1, 1, '2024-07-01', 1, '2024-07-01', 1)"));
  prepared(yaml("sales", "1.1.0", "      - {name: till, logicalType: integer}\n"));
  EXPECT_EQ(value("SELECT count(*) FILTER (till IS NULL) FROM curated.sales"), "1");
  EXPECT_EQ(value("SELECT count(*) FROM raw.contracts WHERE name = 'sales'"), "2");
  EXPECT_EQ(value("SELECT count(*) FROM curated.events WHERE event_type = 'purchase'"), "1");
}

TEST_F(ContractVersionsTest, ASecondTextOfAVersionIsRefused) {
  prepared(yaml("sales", "1.0.0"));
  const auto known =
      store_->know(contract(yaml("sales", "1.0.0", "      - {name: till, logicalType: integer}\n")));
  ASSERT_FALSE(known);
  EXPECT_NE(known.error().message.find("raise its version"), std::string::npos) << known.error().message;
}

TEST_F(ContractVersionsTest, AColumnThatWouldChangeItsTypeIsRefusedAndNothingChanges) {
  prepared(yaml("sales", "1.0.0"));
  const auto known = store_->know(contract(yaml("sales", "2.0.0", "", "integer")));
  ASSERT_TRUE(known);
  const Status done = store_->prepare(**known, kNow);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("note is stored as VARCHAR"), std::string::npos)
      << done.error().message;
  EXPECT_EQ(value("SELECT count(*) FROM raw.contracts WHERE name = 'sales'"), "1");
  EXPECT_EQ(value("SELECT count(note) FROM curated.sales"), "0");
}

TEST_F(ContractVersionsTest, AVersionThatWouldChangeWhatStoredRowsMeanIsRefusedOnceThereAreRows) {
  prepared(yaml("sales", "1.0.0"));
  std::string other = yaml("sales", "2.0.0");
  other.replace(other.find("event_type: purchase"), 20, "event_type: refund");
  prepared(other);  // nothing is stored yet
  ASSERT_TRUE(
      connection_.execute("INSERT INTO records.sales (event_id, sold_at, source_id, received_at, epoch) "
                          "VALUES (1, '2024-07-01', 1, '2024-07-01', 1)"));
  std::string third = yaml("sales", "3.0.0");
  const auto known = store_->know(contract(third));
  ASSERT_TRUE(known);
  const Status done = store_->prepare(**known, kNow);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("give the contract another name"), std::string::npos)
      << done.error().message;
  EXPECT_EQ(value("SELECT event_type::VARCHAR FROM curated.events"), "refund");
}

TEST_F(ContractVersionsTest, AnOlderVersionIsRefused) {
  prepared(yaml("sales", "1.2.0"));
  const auto known =
      store_->know(contract(yaml("sales", "1.1.0", "      - {name: till, logicalType: integer}\n")));
  ASSERT_FALSE(known);
  EXPECT_NE(known.error().message.find("newer than 1.1.0"), std::string::npos) << known.error().message;
}

TEST_F(ContractVersionsTest, AColumnMayBeWrittenInAnotherCase) {
  prepared(yaml("sales", "1.0.0"));
  std::string upper = yaml("sales", "1.0.1");
  upper.replace(upper.find("name: note"), 10, "name: Note");
  prepared(upper);
  EXPECT_EQ(value("SELECT count(note) FROM curated.sales"), "0");
}

TEST_F(ContractVersionsTest, NamesOfThePlatformAreTaken) {
  for (const char* name : {"clicks", "events", "kafka_ecom_events", "catalog", "page_views_per_minute"}) {
    const auto known = store_->know(contract(yaml(name, "1.0.0")));
    ASSERT_FALSE(known) << name;
    EXPECT_NE(known.error().message.find(name), std::string::npos);
  }
}

class ContractStoreTest : public testing::Test {
 protected:
  ContractStoreTest() : database_(*Database::open(":memory:", {})), connection_(*database_.connect()) {
    EXPECT_TRUE(prepare_schema(connection_));
    contracts_ = *ContractStore::open(*database_.connect());
  }

  // Events with their times and one more column.
  static Contract contract(std::string_view name, int version, std::string_view column,
                           std::string_view type = "string") {
    const std::string text = fmt::format(R"(kind: DataContract
apiVersion: v3.1.0
id: {0}
name: {0}
version: {1}.0.0
status: active
schema:
  - name: row
    logicalType: object
    properties:
      - {{name: at, logicalType: timestamp, required: true}}
      - {{name: {2}, logicalType: {3}}}
    customProperties:
      - property: millrace
        value:
          format: csv
          mapping: {{event_time: at}}
          event_type: view_item
          identity: position
)",
                                         name, version, column, type);
    const auto read = read_contract(text, std::string(name));
    EXPECT_TRUE(read) << read.error().message;
    return read.value_or(Contract{});
  }

  const Contract* know(const Contract& contract) {
    const auto known = contracts_->know(contract);
    EXPECT_TRUE(known) << known.error().message;
    return known.value_or(nullptr);
  }

  const Contract* prepare(const Contract& contract) {
    const Contract* known = know(contract);
    const Status prepared = contracts_->prepare(*known, kNow);
    EXPECT_TRUE(prepared) << prepared.error().message;
    return known;
  }

  // One row in the contract's table.
  void store_row(const std::string& name) {
    const Status stored =
        connection_.execute(fmt::format("INSERT INTO records.{} (event_id, \"at\", source_id, received_at, "
                                        "epoch) VALUES (1, '2024-07-01', 1, "
                                        "'2024-07-01', 1)",
                                        name));
    EXPECT_TRUE(stored) << stored.error().message;
  }

  std::int64_t event_count() {
    auto rows = connection_.query("SELECT count(*) FROM curated.events");
    EXPECT_TRUE(rows) << rows.error().message;
    return rows ? rows->integer(0, 0) : -1;
  }

  Database database_;
  Connection connection_;
  std::unique_ptr<ContractStore> contracts_;
};

TEST_F(ContractStoreTest, FindsAContractOncePrepared) {
  const Contract* known = know(contract("walks", 1, "shoe"));
  EXPECT_EQ(contracts_->find("walks"), nullptr);
  ASSERT_TRUE(contracts_->prepare(*known, kNow));
  EXPECT_EQ(contracts_->find("walks"), known);
}

// A dry run by a version that is still being written must change nothing for those who read meanwhile.
TEST_F(ContractStoreTest, KeepsTheRowsOfAVersionInTheViewsWhileTheNextIsOnlyKnown) {
  const Contract* first = prepare(contract("walks", 1, "shoe"));
  store_row("walks");
  const Contract* second = know(contract("walks", 2, "boot"));
  EXPECT_NE(second, first);
  EXPECT_EQ(contracts_->find("walks"), first);
  prepare(contract("runs", 1, "shoe"));  // makes the views anew
  EXPECT_EQ(event_count(), 1);
  EXPECT_NE(know(contract("walks", 2, "sandal")), second);  // written on, with the same number
}

TEST_F(ContractStoreTest, GoesOnWithTheVersionBeforeWhenTheNextCannotBePrepared) {
  const Contract* first = prepare(contract("walks", 1, "shoe"));
  store_row("walks");
  const Contract* second = know(contract("walks", 2, "shoe", "number"));
  const Status refused = contracts_->prepare(*second, kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_EQ(contracts_->find("walks"), first);
  prepare(contract("runs", 1, "shoe"));
  EXPECT_EQ(event_count(), 1);
}

TEST_F(ContractStoreTest, AddsTheColumnsOfANewVersionAndKeepsTheOldOnes) {
  prepare(contract("walks", 1, "shoe"));
  store_row("walks");
  const Contract* second = prepare(contract("walks", 2, "boot"));
  EXPECT_EQ(contracts_->find("walks"), second);
  EXPECT_TRUE(connection_.query("SELECT shoe, boot FROM records.walks"));
  EXPECT_EQ(event_count(), 1);
}

TEST_F(ContractStoreTest, RefusesANameThatIsTaken) {
  for (const char* name : {"clicks", "visits", "page_views", "orders"}) {
    const auto known = contracts_->know(contract(name, 7, "shoe"));
    ASSERT_FALSE(known) << name;
    EXPECT_EQ(known.error().code, ErrorCode::kConflict);
  }
}

TEST_F(ContractStoreTest, RefusesAnotherTextOfTheNewestVersion) {
  prepare(contract("walks", 1, "shoe"));
  const auto known = contracts_->know(contract("walks", 1, "boot"));
  ASSERT_FALSE(known);
  EXPECT_EQ(known.error().code, ErrorCode::kConflict);
}

}  // namespace
}  // namespace millrace
