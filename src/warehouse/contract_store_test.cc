#include "warehouse/contract_store.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "event/contract_file.h"
#include "warehouse/schema.h"

namespace millrace {
namespace {

constexpr Timestamp kNow{1'720'000'000'000'000};

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
