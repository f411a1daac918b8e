#include "event/builtin_contracts.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "event/contract_file.h"
#include "event/embedded_contract.h"

namespace millrace {
namespace {

const Contract& builtin(std::string_view name) {
  for (const Contract& contract : builtin_contracts()) {
    if (contract.name == name) return contract;
  }
  throw std::runtime_error("there is no built-in contract " + std::string(name));
}

std::string findings_of(std::string_view yaml, std::string_view file) {
  std::string text;
  for (const ContractFinding& finding : parse_contract(yaml).findings) text += finding.text(file) + "\n";
  return text;
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

Contract example(const std::string& name) {
  const std::string file = std::string(MILLRACE_CONTRACTS) + "/examples/" + name + ".yaml";
  EXPECT_EQ(findings_of(text_of(file), file), "");
  return parse_contract(text_of(file)).contract;
}

std::optional<std::string_view> mapped(const Contract& contract, CanonicalField field) {
  const auto position = contract.property_for(field);
  if (!position) return std::nullopt;
  return contract.properties[*position].name;
}

TEST(BuiltinContracts, HaveNothingWrongWithThem) {
  for (const EmbeddedContract& embedded : embedded_contracts()) {
    EXPECT_EQ(findings_of(embedded.text, embedded.file), "");
  }
}

TEST(BuiltinContracts, AreOneOfEachShapeNamedAfterIt) {
  ASSERT_EQ(builtin_contracts().size(), 7u);
  for (std::size_t i = 0; i < builtin_contracts().size(); ++i) {
    EXPECT_EQ(builtin_contracts()[i].shape, static_cast<Shape>(i));
    EXPECT_EQ(builtin_contracts()[i].name, name(static_cast<Shape>(i)));
    EXPECT_EQ(builtin_contracts()[i].version, "1.0.0");
    EXPECT_FALSE(builtin_contracts()[i].description.empty());
  }
}

TEST(BuiltinContracts, KeepTheTextsTheyWereMadeFrom) {
  for (const Contract& contract : builtin_contracts()) {
    EXPECT_EQ(contract.text, text_of(std::string(MILLRACE_CONTRACTS) + "/" + contract.name + ".yaml"));
  }
}

TEST(BuiltinContracts, VisitsAreNestedAndHaveNoProperties) {
  EXPECT_TRUE(visit_contract().is_nested());
  EXPECT_TRUE(visit_contract().properties.empty());
  EXPECT_EQ(visit_contract().event_type, std::nullopt);
}

TEST(BuiltinContracts, ClicksWithoutAProductArePageViews) {
  const Contract& clicks = builtin("clicks");
  ASSERT_TRUE(clicks.event_type);
  EXPECT_EQ(clicks.event_type->kind, EventTypeRule::Kind::kPresence);
  EXPECT_EQ(clicks.properties[clicks.event_type->property].name, "product_id");
  EXPECT_EQ(clicks.event_type->cases.at(0).second, EventType::kViewItem);
  EXPECT_EQ(clicks.event_type->otherwise, EventType::kPageView);
}

TEST(BuiltinContracts, StreamsAreKnownByTheSendersIdOrElseByAllElse) {
  for (const std::string_view each : {"clicks", "transactions", "stock"}) {
    const Contract& contract = builtin(each);
    ASSERT_TRUE(contract.identity.id) << each;
    EXPECT_EQ(contract.properties[*contract.identity.id].name, "event_id");
    EXPECT_FALSE(contract.properties[*contract.identity.id].required);
    EXPECT_EQ(contract.identity.fields.size() + 1, contract.properties.size());
  }
}

TEST(BuiltinContracts, TransactionsAndStockCountUnits) {
  EXPECT_EQ(mapped(builtin("transactions"), CanonicalField::kQuantity), "qty");
  EXPECT_EQ(builtin("transactions").properties.back().minimum, Decimal{0});
  EXPECT_EQ(builtin("transactions").event_type->otherwise, EventType::kPurchaseLine);
  EXPECT_EQ(mapped(builtin("stock"), CanonicalField::kDelta), "delta");
  EXPECT_EQ(builtin("stock").properties.back().minimum, Decimal{-1'000'000'000 * Decimal::kScale});
  EXPECT_EQ(builtin("stock").event_type->otherwise, EventType::kStockDelta);
}

TEST(BuiltinContracts, EcomEventsAreNineColumnsOfCsvKnownByPosition) {
  const Contract& ecom = builtin("ecom_events");
  EXPECT_EQ(ecom.format, RecordFormat::kCsv);
  EXPECT_EQ(ecom.header, HeaderLine::kOptional);
  std::vector<std::string_view> columns;
  for (const ContractProperty& property : ecom.properties) columns.push_back(property.column);
  EXPECT_EQ(columns,
            (std::vector<std::string_view>{"event_time", "event_type", "product_id", "category_id",
                                           "category_code", "brand", "price", "user_id", "user_session"}));
  EXPECT_TRUE(ecom.identity.is_position());
  EXPECT_EQ(ecom.currency, "USD");
  EXPECT_EQ(mapped(ecom, CanonicalField::kSessionId), "user_session");
  EXPECT_EQ(mapped(ecom, CanonicalField::kCategory), "category_code");
  EXPECT_EQ(ecom.properties[0].time_format->parse("2020-09-24 11:57:06 UTC"),
            parse_timestamp("2020-09-24T11:57:06Z"));
  EXPECT_EQ(ecom.event_type->cases,
            (std::vector<std::pair<std::string, EventType>>{{"view", EventType::kViewItem},
                                                            {"cart", EventType::kAddToCart},
                                                            {"remove_from_cart", EventType::kRemoveFromCart},
                                                            {"purchase", EventType::kPurchase}}));
}

TEST(BuiltinContracts, OrdersAreEventsAndCatalogChangesAreNot) {
  const Contract& orders = builtin("orders");
  EXPECT_EQ(orders.event_type->otherwise, EventType::kOrder);
  EXPECT_EQ(orders.properties[*orders.identity.id].name, "order_id");
  EXPECT_TRUE(orders.identity.fields.empty());
  EXPECT_EQ(mapped(orders, CanonicalField::kPrice), "item_price");
  const Contract& changes = builtin("catalog_changes");
  EXPECT_EQ(changes.event_type, std::nullopt);
  EXPECT_EQ(changes.identity.fields.size(), changes.properties.size());
  EXPECT_EQ(changes.properties[3].values, (std::vector<std::string>{"new", "price", "name", "withdrawn"}));
}

TEST(ExampleContracts, OnlineRetailTellsCancellationsByTheInvoice) {
  const Contract retail = example("online_retail");
  ASSERT_TRUE(retail.event_type);
  EXPECT_EQ(retail.event_type->kind, EventTypeRule::Kind::kPrefixes);
  EXPECT_EQ(retail.event_type->cases.at(0), std::pair(std::string("C"), EventType::kRefund));
  EXPECT_EQ(retail.event_type->cases.at(1), std::pair(std::string("A"), EventType::kAdjustment));
  EXPECT_EQ(retail.event_type->otherwise, EventType::kPurchase);
  EXPECT_EQ(retail.properties[*retail.property_named("CustomerID")].strip_suffix, ".0");
  EXPECT_EQ(retail.properties[*retail.property_named("UnitPrice")].minimum, std::nullopt);
  EXPECT_EQ(retail.currency, "GBP");
}

TEST(ExampleContracts, CompleteJourneyIsOfTheShapeOfTransactions) {
  const Contract journey = example("completejourney");
  EXPECT_EQ(journey.shape, Shape::kTransactions);
  EXPECT_EQ(journey.format, RecordFormat::kCsv);
  EXPECT_EQ(mapped(journey, CanonicalField::kAmount), "sales_value");
  EXPECT_EQ(mapped(journey, CanonicalField::kOrderId), "basket_id");
  EXPECT_TRUE(journey.identity.is_position());
}

}  // namespace
}  // namespace millrace
