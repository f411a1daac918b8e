// Real sales as CSV, by the contracts of contracts/examples, when they are at hand: MILLRACE_REAL_DATA names
// the folder that holds online-retail/ (UCI Online Retail, one file a day) and
// completejourney/transactions.csv.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "event/contract_file.h"
#include "event/csv_records.h"
#include "event/row_decoder.h"
#include "event/test_records.h"

namespace millrace {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Contract example_contract(const std::string& name) {
  const std::string file = std::string(MILLRACE_CONTRACTS) + "/examples/" + name + ".yaml";
  return read_contract(text_of(file), file).value();
}

// What is known of a column by plain SQL, counted here from what the decoder tells.
struct ColumnFacts {
  int absent = 0;
  int negative = 0;
  int zero = 0;
  std::int64_t sum = 0;  // of whole numbers, or of the units of decimals
  std::set<std::string> texts;
};

class Sales {
 public:
  explicit Sales(const std::string& contract) : contract_(example_contract(contract)), decoder_(contract_) {}

  void decode_file(const std::filesystem::path& path) {
    ++files;
    const TestRecord text(text_of(path));
    std::string_view rest = text.bytes();
    for (bool first = true; !rest.empty(); first = false) {
      const CsvRecord record = next_csv_record(rest, contract_.delimiter, true).value();
      rest.remove_prefix(record.length);
      if (first && is_csv_header(record.bytes, contract_)) {
        ASSERT_FALSE(decoder_.set_header(record.bytes).has_value()) << path;
      } else {
        take(decoder_.decode(record.bytes, kTestArrival, static_cast<std::uint64_t>(rows),
                             record.unterminated));
      }
    }
  }

  ColumnFacts& column(const std::string& name) { return columns_[name]; }

  int files = 0;
  int rows = 0;
  std::set<std::uint64_t> ids;
  std::map<EventType, int> types;

 private:
  void take(const DecodedRow& decoded) {
    ++rows;
    if (!decoded.readable) {
      ADD_FAILURE() << decoded.refusal.message << ": " << decoded.refusal.payload;
      return;
    }
    ids.insert(decoded.row.event_id);
    ++types[decoded.row.type];
    for (std::size_t i = 0; i < decoded.row.fields.size(); ++i) {
      const ContractProperty& property = contract_.properties[i];
      take(decoded.row.fields[i], property.type, columns_[property.name]);
    }
  }

  static void take(const FieldValue& value, ValueType type, ColumnFacts& facts) {
    facts.absent += !value.present;
    if (!value.present) return;
    if (type == ValueType::kText) facts.texts.insert(std::string(value.text));
    if (type != ValueType::kInteger && type != ValueType::kDecimal) return;
    facts.negative += value.integer < 0;
    facts.zero += value.integer == 0;
    facts.sum += value.integer;
  }

  Contract contract_;
  RowDecoder decoder_;
  std::map<std::string, ColumnFacts> columns_;
};

class GoldenRows : public testing::Test {
 protected:
  void SetUp() override {
    const char* const folder = std::getenv("MILLRACE_REAL_DATA");
    if (folder == nullptr || *folder == 0) {
      GTEST_SKIP() << "NOT TESTED: the real sales are absent. Name the folder that holds online-retail/ and "
                      "completejourney/ in MILLRACE_REAL_DATA.";
    }
    folder_ = folder;
  }

  std::filesystem::path folder_;
};

TEST_F(GoldenRows, OnlineRetailIsThatOfPlainSql) {
  Sales sales("online_retail");
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "online-retail")) {
    if (entry.path().extension() == ".csv") sales.decode_file(entry.path());
  }
  ASSERT_EQ(sales.files, 30);
  EXPECT_EQ(sales.rows, 58'345);
  EXPECT_EQ(sales.ids.size(), 58'345u) << "rows that repeat are real lines";
  EXPECT_EQ(sales.types[EventType::kRefund], 1'029);
  EXPECT_EQ(sales.column("InvoiceNo").texts.size(), 2'659u);
  EXPECT_EQ(sales.column("StockCode").texts.size(), 2'934u);
  EXPECT_EQ(sales.column("Country").texts.size(), 24u);
  EXPECT_EQ(sales.column("CustomerID").absent, 21'908);
  EXPECT_TRUE(sales.column("CustomerID").texts.contains("17850"));
  EXPECT_FALSE(sales.column("CustomerID").texts.contains("17850.0"));
  EXPECT_EQ(sales.column("Description").absent, 161);
  EXPECT_EQ(sales.column("Quantity").negative, 1'130);
  EXPECT_EQ(sales.column("Quantity").sum, 497'164);
  EXPECT_EQ(sales.column("UnitPrice").zero, 330);
}

TEST_F(GoldenRows, CompleteJourneyIsThatOfPlainSql) {
  Sales sales("completejourney");
  sales.decode_file(folder_ / "completejourney" / "transactions.csv");
  EXPECT_EQ(sales.rows, 15'000);
  EXPECT_EQ(sales.column("store_id").texts.size(), 198u);
  EXPECT_EQ(sales.column("product_id").texts.size(), 8'085u);
  EXPECT_EQ(sales.column("quantity").sum, 1'654'273);
  EXPECT_EQ(sales.column("quantity").zero, 76);
  EXPECT_EQ(sales.column("sales_value").sum, 466'166'100);
}

}  // namespace
}  // namespace millrace
