#include "warehouse/contract_store.h"

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

class ContractStoreTest : public testing::Test {
 protected:
  ContractStoreTest() {
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

TEST_F(ContractStoreTest, KnowsWhatShipsWithTheProgram) {
  for (const Contract& shipped : builtin_contracts()) EXPECT_EQ(store_->find(shipped.name), &shipped);
  EXPECT_EQ(store_->find("sales"), nullptr);
}

TEST_F(ContractStoreTest, APreparedContractHasItsTableAndViewsAlsoAfterARestart) {
  prepared(yaml("sales", "1.0.0"));
  EXPECT_EQ(value("SELECT count(*) FROM records.sales"), "0");
  EXPECT_EQ(value("SELECT count(note) FROM curated.sales"), "0");
  open();
  ASSERT_NE(store_->find("sales"), nullptr);
  EXPECT_TRUE(store_->is_prepared(*store_->find("sales")));
  EXPECT_EQ(value("SELECT version FROM raw.contracts WHERE name = 'sales'"), "1.0.0");
}

TEST_F(ContractStoreTest, ANewVersionAddsItsColumnsAndKeepsTheRows) {
  prepared(yaml("sales", "1.0.0"));
  ASSERT_TRUE(connection_.execute(
      "INSERT INTO records.sales (event_id, content_hash, sold_at, source_id, received_at, "
      "epoch) VALUES (1, 1, '2024-07-01', 1, '2024-07-01', 1)"));
  prepared(yaml("sales", "1.1.0", "      - {name: till, logicalType: integer}\n"));
  EXPECT_EQ(value("SELECT count(*) FILTER (till IS NULL) FROM curated.sales"), "1");
  EXPECT_EQ(value("SELECT count(*) FROM raw.contracts WHERE name = 'sales'"), "2");
  EXPECT_EQ(value("SELECT count(*) FROM curated.events WHERE event_type = 'purchase'"), "1");
}

TEST_F(ContractStoreTest, ASecondTextOfAVersionIsRefused) {
  prepared(yaml("sales", "1.0.0"));
  const auto known =
      store_->know(contract(yaml("sales", "1.0.0", "      - {name: till, logicalType: integer}\n")));
  ASSERT_FALSE(known);
  EXPECT_NE(known.error().message.find("raise its version"), std::string::npos) << known.error().message;
}

TEST_F(ContractStoreTest, AColumnThatWouldChangeItsTypeIsRefusedAndNothingChanges) {
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

TEST_F(ContractStoreTest, NamesOfThePlatformAreTaken) {
  for (const char* name : {"clicks", "events", "kafka_ecom_events", "catalog", "page_views_per_minute"}) {
    const auto known = store_->know(contract(yaml(name, "1.0.0")));
    ASSERT_FALSE(known) << name;
    EXPECT_NE(known.error().message.find(name), std::string::npos);
  }
}

}  // namespace
}  // namespace millrace
