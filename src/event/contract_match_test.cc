#include "event/contract_match.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "event/builtin_contracts.h"
#include "event/contract_file.h"

namespace millrace {
namespace {

Contract example(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(std::string(MILLRACE_CONTRACTS) + "/examples/" + name + ".yaml").rdbuf();
  return *read_contract(text.str(), name);
}

class ContractMatchTest : public testing::Test {
 protected:
  ContractMatchTest() {
    for (const Contract& contract : builtin_contracts()) all_.push_back(&contract);
    all_.push_back(&retail_);
    all_.push_back(&journey_);
  }

  // The names of the contracts that fit, or what comes nearest.
  std::string match(std::string_view head) const {
    const ContractMatch found = match_contract(head, all_);
    if (found.best.empty()) return "none: " + found.nearest;
    std::string names;
    for (const Contract* contract : found.best) names += (names.empty() ? "" : ", ") + contract->name;
    return names;
  }

  const Contract retail_ = example("online_retail");
  const Contract journey_ = example("completejourney");
  std::vector<const Contract*> all_;
};

constexpr std::string_view kClick = R"({"event_time":"2024-07-01T09:00:00Z","product_id":"P"})";
constexpr std::string_view kSale =
    R"({"event_time":"2024-07-01T09:00:00Z","product_id":"P","store_id":"S","qty":1})";
constexpr std::string_view kChange =
    R"({"event_time":"2024-07-01T09:00:00Z","product_id":"P","warehouse_id":"W","delta":1})";
constexpr std::string_view kVisit =
    R"({"session_id":"S","user_id":"U","device_type":"mobile","geolocation":"1,2","user_agent":"A","events":[]})";
constexpr std::string_view kEcomHeader =
    "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n";
constexpr std::string_view kEcomRow =
    "2020-09-24 11:57:06 "
    "UTC,view,1996170,2144415922528452715,electronics.telephone,,31.90,1515915625519388267,LJuJVLEjPT\n";

TEST_F(ContractMatchTest, JsonIsToldByTheNamesOfItsMembers) {
  EXPECT_EQ(match(kVisit), "visits");
  EXPECT_EQ(match(kClick), "clicks");
  EXPECT_EQ(match(kSale), "transactions");
  EXPECT_EQ(match(kChange), "stock");
  EXPECT_EQ(match(R"({"changed_at":"2024-07-01","item_sku":"A","vendor_id":"V","change":"new"})"),
            "catalog_changes");
  EXPECT_EQ(
      match(R"({"order_id":"O","order_placed_at":"","vendor_id":"","vendor_name":"","vendor_vertical":"",
"customer_id":"","item_sku":"","item_name":"","item_price":1,"item_quantity":1})"),
      "none: no name in it is one of a known contract");
  EXPECT_EQ(
      match(R"({"order_id":"O","order_placed_at":"","vendor_id":"","vendor_name":"","vendor_vertical":"",)"
            R"("customer_id":"","item_sku":"","item_name":"","item_price":1,"item_quantity":1})"),
      "orders");
}

TEST_F(ContractMatchTest, AMemberThatNoContractKnowsMakesNoDifference) {
  EXPECT_EQ(match(R"({"event_time":"x","product_id":"P","store_id":"S","qty":1,"till":7,"clerk":"C"})"),
            "transactions");
}

TEST_F(ContractMatchTest, BrokenLinesAmongGoodOnesMakeNoDifference) {
  const std::string good(kSale);
  EXPECT_EQ(match("{\"event_time\":\n\n[1,2]\nnull\nsome text, with commas\n" + good + "\n" +
                  std::string(kClick) + "\n" + std::string(kClick)),
            "clicks");
  EXPECT_EQ(match("{\"event_time\":\n" + good + "\n" + std::string(kVisit) + "\n" + good +
                  "\n{\"event_time\":\"20"),
            "transactions");
}

// A sale without its store has all that a click needs, and is a sale all the same among sales.
TEST_F(ContractMatchTest, ARecordWithANameLeftOutSpeaksForFewOthers) {
  const std::string cut = R"({"event_time":"2024-07-01T09:00:00Z","product_id":"P-1","qty":2})";
  EXPECT_EQ(match(std::string(kSale) + "\n" + cut + "\n" + std::string(kSale)), "transactions");
}

TEST_F(ContractMatchTest, MostRecordsDecide) {
  EXPECT_EQ(match(std::string(kVisit) + "\n" + std::string(kSale) + "\n" + std::string(kVisit)), "visits");
}

TEST_F(ContractMatchTest, LinesMayEndWithCarriageReturnsAndStartWithAByteOrderMark) {
  EXPECT_EQ(match("\xEF\xBB\xBF" + std::string(kSale) + "\r\n" + std::string(kSale) + "\r\n"),
            "transactions");
  EXPECT_EQ(match("\xEF\xBB\xBF" + std::string(kEcomHeader)), "ecom_events");
}

TEST_F(ContractMatchTest, CsvIsToldByItsHeader) {
  EXPECT_EQ(match(kEcomHeader), "ecom_events");
  EXPECT_EQ(match(std::string(kEcomHeader) + std::string(kEcomRow)), "ecom_events");
  EXPECT_EQ(match("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"),
            "online_retail");
  EXPECT_EQ(match("household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc,coupon_disc,"
                  "coupon_match_disc,week,transaction_timestamp\r\n1,2,3,4,5,6,7,8,9,1,2017-01-01T00:00:00"),
            "completejourney");
}

TEST_F(ContractMatchTest, TheOrderOfCsvColumnsAndFurtherOnesMakeNoDifference) {
  EXPECT_EQ(match("price,\"user_id\",event_type,event_time,product_id,shelf\n"), "ecom_events");
}

TEST_F(ContractMatchTest, CsvWithoutHeaderIsToldByItsValues) {
  EXPECT_EQ(match(kEcomRow), "ecom_events");
  EXPECT_EQ(match("a,b,c,d,e,f,g,h,i\n" + std::string(kEcomRow)), "ecom_events");
  EXPECT_EQ(match("1,2,3,4,5,6,7,8,9\n"), "none: no name in it is one of a known contract");
}

TEST_F(ContractMatchTest, TwoThatKnowTheSameAreBothTold) {
  all_.push_back(&journey_);
  const ContractMatch found = match_contract(
      "household_id,store_id,basket_id,product_id,quantity,sales_value,transaction_timestamp\n", all_);
  EXPECT_EQ(found.best.size(), 2u);
}

TEST_F(ContractMatchTest, SaysWhatComesNearestAndWhatItLacks) {
  EXPECT_EQ(match(R"({"session_id":"S","user_id":"U","when":"now"})"),
            "none: it comes nearest to visits, but has no events");
  EXPECT_EQ(match("InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice\n"),
            "none: it comes nearest to online_retail, but has no Country");
  EXPECT_EQ(match(""), "none: it is empty");
  EXPECT_EQ(match("\n\n"), "none: no name in it is one of a known contract");
  EXPECT_EQ(match("{}"), "none: no name in it is one of a known contract");
}

TEST_F(ContractMatchTest, AnyHeadIsMatchedWithoutHarm) {
  rc::check([this](const std::string& text) { match(text); });
  rc::check([this](const std::vector<std::string>& texts) {
    std::string head(kEcomHeader);
    for (const std::string& text : texts) head += text + "\n\"";
    match(head);
  });
}

// The real files, where they are: MILLRACE_REAL_DATA names the folder of online-retail and completejourney.
TEST_F(ContractMatchTest, RealFilesAreKnown) {
  const char* const folder = std::getenv("MILLRACE_REAL_DATA");
  if (folder == nullptr || *folder == 0)
    GTEST_SKIP() << "NOT TESTED: the real files are not there; set MILLRACE_REAL_DATA.";
  const auto head = [&](const std::string& file) {
    std::string text(64 << 10, '\0');
    std::ifstream in(std::string(folder) + "/" + file);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
  };
  EXPECT_EQ(match(head("online-retail/2010-12-01.csv")), "online_retail");
  EXPECT_EQ(match(head("completejourney/transactions.csv")), "completejourney");
}

}  // namespace
}  // namespace millrace
