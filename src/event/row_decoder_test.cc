#include "event/row_decoder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "event/test_contracts.h"
#include "event/test_records.h"
#include "event/test_rows.h"

namespace millrace {
namespace {

// A decoder of a contract of its own.
class Reader {
 public:
  explicit Reader(Contract contract)
      : contract_(std::make_unique<Contract>(std::move(contract))), decoder_(*contract_) {}

  const DecodedRow& decode(std::string_view record, std::uint64_t position_id = 1,
                           bool unterminated = false) {
    record_.emplace(record);
    return decoder_.decode(record_->bytes(), kTestArrival, position_id, unterminated);
  }

  // The row, which lives until the next one.
  const Row& row(std::string_view record, std::uint64_t position_id = 1) {
    const DecodedRow& decoded = decode(record, position_id);
    EXPECT_TRUE(decoded.readable) << record << ": " << decoded.refusal.message;
    return decoded.row;
  }

  const FieldValue& value(std::string_view record, std::string_view property) {
    return row(record).fields[contract_->property_named(property).value()];
  }

  // The reason and message of a record that is refused.
  std::string refusal(std::string_view record, bool unterminated = false) {
    const DecodedRow& decoded = decode(record, 1, unterminated);
    EXPECT_FALSE(decoded.readable) << record;
    if (decoded.readable) return {};
    EXPECT_TRUE(decoded.refusal.payload == record);
    EXPECT_FALSE(decoded.refusal.event_index.has_value());
    return fmt::format("{}: {}", code(decoded.refusal.reason), decoded.refusal.message);
  }

  std::string description(std::string_view record) { return test_description(*contract_, decode(record)); }
  Check set_header(std::string_view header) { return decoder_.set_header(header); }
  const Contract& contract() const { return *contract_; }

 private:
  std::unique_ptr<Contract> contract_;
  RowDecoder decoder_;
  std::optional<TestRecord> record_;
};

std::string typed_json(std::string_view members) {
  return fmt::format(R"({{"key": "K", {}}})", members);
}

constexpr std::string_view kTransaction =
    R"({"event_time": "2024-07-01T09:00:00Z", "product_id": "P-1017", "store_id": "S-12", "qty": 2})";

TEST(RowDecoder, ReadsATransaction) {
  Reader reader(test_transactions());
  EXPECT_EQ(reader.row(kTransaction).type, EventType::kPurchaseLine);
  EXPECT_FALSE(reader.value(kTransaction, "event_id").present);
  EXPECT_EQ(reader.value(kTransaction, "event_time").integer,
            parse_timestamp("2024-07-01T09:00:00Z")->micros);
  EXPECT_EQ(reader.value(kTransaction, "product_id").text, "P-1017");
  EXPECT_EQ(reader.value(kTransaction, "qty").integer, 2);
  EXPECT_EQ(reader.row(kTransaction).extra.data(), nullptr);
}

TEST(RowDecoder, ReadsAnEcomEvent) {
  Reader reader(test_ecom_events());
  const Row& row = reader.row("2020-09-24 11:57:06 UTC,cart,1996170,2144415922528452715,,samsung,31.90,U-1,");
  EXPECT_EQ(row.type, EventType::kAddToCart);
  EXPECT_EQ(row.fields[0].integer, parse_timestamp("2020-09-24T11:57:06Z")->micros);
  EXPECT_EQ(row.fields[3].text, "2144415922528452715");
  EXPECT_FALSE(row.fields[4].present);
  EXPECT_EQ(row.fields[6].integer, 319'000);
  EXPECT_FALSE(row.fields[8].present);
}

TEST(RowDecoder, ReadsEveryTypeFromCsv) {
  Reader reader(test_typed());
  const Row& row = reader.row(
      "K,ab,-3,+9007199254740993,12345678901234.5678,2.5,0.25,1e300,true,2024-07-01,60,EUR,tablet,38,n/"
      "a,17850.0,7");
  EXPECT_EQ(row.fields[1].text, "ab");
  EXPECT_EQ(row.fields[2].integer, -3);
  EXPECT_EQ(row.fields[3].integer, 9'007'199'254'740'993);
  EXPECT_EQ(row.fields[4].integer, 123'456'789'012'345'678);
  EXPECT_EQ(row.fields[6].number, 0.25);
  EXPECT_EQ(row.fields[7].number, 1e300);
  EXPECT_EQ(row.fields[8].integer, 1);
  EXPECT_EQ(row.fields[9].integer, parse_timestamp("2024-07-01")->micros);
  EXPECT_EQ(row.fields[10].integer, 60'000'000);
  EXPECT_EQ(row.fields[13].integer, 38);
  EXPECT_FALSE(row.fields[14].present);
  EXPECT_EQ(row.fields[15].text, "17850");
}

TEST(RowDecoder, SameContentHasTheSameIdsInCsvAndJson) {
  Reader csv(test_typed(RecordFormat::kCsv));
  ASSERT_FALSE(csv.set_header("any_number,money,key,time,flag,x,text,whole,é"));
  Reader json(test_typed(RecordFormat::kJsonLines));
  EXPECT_EQ(csv.description("-0,1.50,K,2024-07-01 02:00:00+02:00,false,\"</a\"\"\t\n\x01\x7f\",ab,7,"),
            json.description(
                "{\"x\": \"\\u003c/a\\\"\\t\\n\\u0001\x7f\", \"é\": null, \"key\": \"K\", \"flag\": false, "
                "\"time\": \"2024-07-01\", \"any_number\": 0.0, \"money\": 1.5, \"text\": \"ab\", "
                "\"whole\": 7}"));
}

TEST(RowDecoder, IdentifierOfDigitsIsATextInJsonToo) {
  Reader json(test_typed(RecordFormat::kJsonLines));
  EXPECT_EQ(json.value(R"({"key": 2144415922528452715})", "key").text, "2144415922528452715");
  EXPECT_EQ(json.value(R"({"key": 18446744073709551615})", "key").text, "18446744073709551615");
  EXPECT_EQ(json.value(R"({"key": -9223372036854775808})", "key").text, "-9223372036854775808");
  EXPECT_EQ(json.refusal(R"({"key": 1.5})"), "wrong_type: key is a number, expected a string");
  EXPECT_EQ(json.refusal(R"({"key": true})"), "wrong_type: key is a boolean, expected a string");
  EXPECT_EQ(json.refusal(R"({"key": ["K"]})"), "wrong_type: key is a list, expected a string");
  EXPECT_EQ(json.refusal(R"({"key": {}})"), "wrong_type: key is an object, expected a string");
}

TEST(RowDecoder, WholeNumbersAreNotCut) {
  Reader json(test_typed(RecordFormat::kJsonLines));
  EXPECT_EQ(json.value(typed_json(R"("whole": 2.0)"), "whole").integer, 2);
  EXPECT_EQ(json.value(typed_json(R"("any_whole": -9223372036854775808)"), "any_whole").integer,
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(json.refusal(typed_json(R"("whole": 2.9)")), "wrong_type: whole is 2.9, expected a whole number");
  EXPECT_EQ(json.refusal(typed_json(R"("whole": true)")),
            "wrong_type: whole is a boolean, expected a whole number");
  EXPECT_EQ(json.refusal(typed_json(R"("whole": "2")")),
            "wrong_type: whole is a string, expected a whole number");
  EXPECT_EQ(json.refusal(typed_json(R"("any_whole": 9223372036854775808)")),
            "out_of_range: any_whole is 9223372036854775808, beyond 64 bits");
  EXPECT_EQ(json.refusal(typed_json(R"("any_whole": 9007199254740993.0)")),
            "out_of_range: any_whole is 9007199254740992, too large to be told exactly");
  Reader csv(test_typed());
  ASSERT_FALSE(csv.set_header("key,any_whole"));
  EXPECT_EQ(csv.value("K,-9223372036854775808", "any_whole").integer,
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(csv.value("K,007", "any_whole").integer, 7);
  for (const std::string_view bad :
       {"2.9", "1e3", " 2", "2 ", "+", "-", "+-2", "--2", "0x10", "two", "2.0"}) {
    EXPECT_EQ(csv.refusal(fmt::format("K,{}", bad)),
              fmt::format("wrong_type: any_whole is \"{}\", expected a whole number", bad));
  }
  EXPECT_EQ(csv.refusal("K,9223372036854775808"),
            "out_of_range: any_whole is \"9223372036854775808\", beyond 64 bits");
}

TEST(RowDecoder, MoneyIsExactBeyondADouble) {
  Reader json(test_typed(RecordFormat::kJsonLines));
  EXPECT_EQ(json.value(typed_json(R"("money": 12345678901234.5678)"), "money").integer,
            123'456'789'012'345'678);
  EXPECT_EQ(
      json.value(R"({"key": "K", "a": [{"money": 1}], "\u006doney": 12345678901234.5678})", "money").integer,
      123'456'789'012'345'678);
  EXPECT_EQ(json.value(typed_json(R"("money": 379.94000000000005)"), "money").integer, 3'799'400);
  EXPECT_EQ(json.refusal(typed_json(R"("money": "12")")), "wrong_type: money is a string, expected a number");
  EXPECT_EQ(json.refusal(typed_json(R"("money": 123456789012345)")),
            "out_of_range: money has more than 14 digits before the point");
  Reader csv(test_typed());
  ASSERT_FALSE(csv.set_header("key,money"));
  EXPECT_EQ(csv.value("K,1e3", "money").integer, 10'000'000);
  EXPECT_EQ(csv.refusal("K,123456789012345"), "out_of_range: money has more than 14 digits before the point");
  EXPECT_EQ(csv.refusal("K,\"1,50\""), "wrong_type: money is \"1,50\", expected a number");
  EXPECT_EQ(csv.refusal("K,$5"), "wrong_type: money is \"$5\", expected a number");
}

TEST(RowDecoder, DoublesAreFinite) {
  Reader csv(test_typed());
  ASSERT_FALSE(csv.set_header("key,any_number"));
  EXPECT_EQ(csv.value("K,-2.5e-3", "any_number").number, -0.0025);
  EXPECT_FALSE(std::signbit(csv.value("K,-0.0", "any_number").number));
  for (const std::string_view bad : {"nan", "inf", "-Infinity", ".5", "5.", "0x1", "1_000"}) {
    EXPECT_EQ(csv.refusal(fmt::format("K,{}", bad)),
              fmt::format("wrong_type: any_number is \"{}\", expected a number", bad));
  }
  EXPECT_EQ(csv.refusal("K,1e999"), "out_of_range: any_number is \"1e999\", beyond what a double holds");
  EXPECT_EQ(csv.value("K,1e-999", "any_number").number, 0);
}

TEST(RowDecoder, NumberBeyondWhatParsersHoldRefusesTheRecord) {
  Reader json(test_typed(RecordFormat::kJsonLines));
  EXPECT_EQ(json.refusal(typed_json(R"("money": 1e999)")),
            "wrong_type: the record holds a number beyond 64 bits");
  EXPECT_EQ(json.refusal(typed_json(R"("events": [1e999])")),
            "wrong_type: the record holds a number beyond 64 bits");
  EXPECT_TRUE(json.refusal(typed_json(R"("money": 01)")).starts_with("not_json: "));
  EXPECT_TRUE(json.refusal(typed_json(R"("money": Infinity)")).starts_with("not_json: "));
  EXPECT_TRUE(json.refusal(typed_json(R"("money": NaN)")).starts_with("not_json: "));
}

TEST(RowDecoder, BooleansAreTrueAndFalseOnly) {
  Reader csv(test_typed());
  ASSERT_FALSE(csv.set_header("key,flag"));
  EXPECT_EQ(csv.value("K,false", "flag").integer, 0);
  for (const std::string_view bad : {"1", "0", "yes", "True", "TRUE"}) {
    EXPECT_EQ(csv.refusal(fmt::format("K,{}", bad)),
              fmt::format("wrong_type: flag is \"{}\", expected true or false", bad));
  }
  Reader json(test_typed(RecordFormat::kJsonLines));
  EXPECT_EQ(json.value(typed_json(R"("flag": true)"), "flag").integer, 1);
  EXPECT_EQ(json.refusal(typed_json(R"("flag": 1)")), "wrong_type: flag is a number, expected true or false");
  EXPECT_EQ(json.refusal(typed_json(R"("flag": "true")")),
            "wrong_type: flag is a string, expected true or false");
}

TEST(RowDecoder, TimesFollowTheirFormat) {
  Reader json(test_typed(RecordFormat::kJsonLines));
  EXPECT_EQ(json.value(typed_json(R"("epoch": 1593594000)"), "epoch").integer, 1'593'594'000'000'000);
  EXPECT_EQ(json.refusal(typed_json(R"("epoch": "1593594000")")),
            "wrong_type: epoch is a string, expected a whole number");
  EXPECT_EQ(json.refusal(typed_json(R"("epoch": 1.5)")), "wrong_type: epoch is 1.5, expected a whole number");
  EXPECT_EQ(json.refusal(typed_json(R"("time": 1593594000)")),
            "wrong_type: time is a number, expected a string");
  EXPECT_EQ(json.refusal(typed_json(R"("time": "yesterday")")),
            "bad_time: time is \"yesterday\", expected ISO 8601 such as 2024-07-01T09:00:00Z");
  Reader ecom(test_ecom_events());
  EXPECT_EQ(ecom.refusal("2020-09-24T11:57:06Z,view,P,,,,1,U,"),
            "bad_time: event_time is \"2020-09-24T11:57:06Z\", expected yyyy-MM-dd HH:mm:ss 'UTC'");
}

TEST(RowDecoder, OnlyEventTimesAreBoundByTheArrival) {
  Reader clicks(test_clicks());
  EXPECT_EQ(clicks.refusal(R"({"event_time": "2024-08-02T00:00:01Z"})"),
            "time_out_of_range: event_time is 2024-08-02T00:00:01Z, more than 24 hours after its arrival at "
            "2024-08-01T00:00:00Z");
  EXPECT_EQ(clicks.refusal(R"({"event_time": "1969-12-31T23:59:59Z"})"),
            "time_out_of_range: event_time is 1969-12-31T23:59:59Z, before 1970");
  clicks.row(R"({"event_time": "2024-08-02T00:00:00Z"})");
  Reader json(test_typed(RecordFormat::kJsonLines));
  json.row(typed_json(R"("time": "1850-01-01")"));
}

TEST(RowDecoder, NothingNullAndEmptyAreNoValue) {
  Reader json(test_typed(RecordFormat::kJsonLines));
  for (const std::string_view nothing :
       {R"("x": 1)", R"("grade": null)", R"("grade": "")", R"("grade": "NULL")"}) {
    EXPECT_FALSE(json.value(typed_json(nothing), "grade").present) << nothing;
  }
  EXPECT_FALSE(json.value(typed_json(R"("whole": "")"), "whole").present);
  EXPECT_FALSE(json.value(typed_json(R"("customer": ".0")"), "customer").present);
}

TEST(RowDecoder, RequiredValuesMustBeThere) {
  Reader json(test_typed(RecordFormat::kJsonLines));
  EXPECT_EQ(json.refusal("{}"), "missing_field: key is missing");
  EXPECT_EQ(json.refusal(R"({"key": null})"), "missing_field: key is null, but required");
  EXPECT_EQ(json.refusal(R"({"key": ""})"), "empty_field: key is empty");
  Contract contract = test_typed();
  contract.properties[0].null_texts = {"NULL"};
  contract.properties[0].strip_suffix = "-";
  Reader csv(contract);
  ASSERT_FALSE(csv.set_header("key,text"));
  EXPECT_EQ(csv.refusal(",ab"), "empty_field: key is empty");
  EXPECT_EQ(csv.refusal("\"\",ab"), "empty_field: key is empty");
  EXPECT_EQ(csv.refusal("-,ab"), "empty_field: key is empty");
  EXPECT_EQ(csv.refusal("NULL,ab"), "missing_field: key is \"NULL\", which is no value, but required");
}

TEST(RowDecoder, ValuesKeepToTheirRules) {
  Reader json(test_typed(RecordFormat::kJsonLines));
  EXPECT_EQ(json.refusal(typed_json(R"("text": "a")")),
            "out_of_range: text has 1 bytes, at least 2 are expected");
  EXPECT_EQ(json.refusal(typed_json(R"("text": "abcdef")")),
            "out_of_range: text has 6 bytes, at most 5 are expected");
  EXPECT_EQ(json.refusal(typed_json(R"("whole": 11)")), "out_of_range: whole is 11, expected -10 to 10");
  EXPECT_EQ(json.refusal(typed_json(R"("number": 1.5)")), "out_of_range: number is 1.5, expected -1 to 1");
  EXPECT_EQ(json.refusal(typed_json(R"("amount": 1000.0001)")),
            "out_of_range: amount is 1000.0001, expected 0 to 1000");
  EXPECT_EQ(json.refusal(typed_json(R"("amount": -0.01)")), "negative_price: amount is -0.01, below zero");
  EXPECT_EQ(json.refusal(typed_json(R"("currency": "usd")")),
            "unknown_currency: currency is \"usd\", expected an ISO 4217 code such as USD");
  EXPECT_EQ(json.refusal(typed_json(R"("device": "tv")")),
            "unknown_enum_value: device is \"tv\", expected desktop, mobile or tablet");
  EXPECT_EQ(json.refusal(typed_json(R"("size": 37)")),
            "unknown_enum_value: size is 37, expected 36, 38 or 40");
  EXPECT_EQ(json.refusal(typed_json(R"("grade": "c")")),
            "unknown_enum_value: grade is \"c\", expected a or b");
}

TEST(RowDecoder, BoundsOfWholeNumbersRoundInwards) {
  Contract contract = test_typed(RecordFormat::kJsonLines);
  contract.properties[2].minimum = Decimal{-15'000};  // -1.5
  contract.properties[2].maximum = Decimal{15'000};
  Reader json(contract);
  json.row(typed_json(R"("whole": -1)"));
  json.row(typed_json(R"("whole": 1)"));
  EXPECT_EQ(json.refusal(typed_json(R"("whole": -2)")), "out_of_range: whole is -2, expected -1 to 1");
  EXPECT_EQ(json.refusal(typed_json(R"("whole": 2)")), "out_of_range: whole is 2, expected -1 to 1");
}

TEST(RowDecoder, QuantityFitsItsColumn) {
  Reader json(test_typed(RecordFormat::kJsonLines));
  json.row(typed_json(R"("quantity": -2147483648)"));
  EXPECT_EQ(json.refusal(typed_json(R"("quantity": 2147483648)")),
            "out_of_range: quantity is 2147483648, expected -2147483648 to 2147483647");
}

TEST(RowDecoder, PriceTimesQuantityFitsMoneyUnlessThereIsAnAmount) {
  constexpr std::string_view record = R"({"price": 12345678901234.5, "quantity": 10, "amount": 5})";
  TestContract with_amount("lines", RecordFormat::kJsonLines);
  with_amount.property("price", ValueType::kDecimal).field(CanonicalField::kPrice);
  with_amount.property("quantity", ValueType::kInteger).field(CanonicalField::kQuantity);
  TestContract without_amount = with_amount;
  with_amount.property("amount", ValueType::kDecimal).field(CanonicalField::kAmount);
  Reader(with_amount.take()).row(record);
  Reader lines(without_amount.take());
  EXPECT_EQ(lines.refusal(record),
            "out_of_range: price times quantity has more than 14 digits before the point");
  lines.row(R"({"price": 12345678901234.5, "quantity": 8})");
  lines.row(R"({"price": 12345678901234.5})");
}

TEST(RowDecoder, FirstPropertyOfTheContractTellsTheReason) {
  Reader json(test_transactions());
  EXPECT_EQ(json.refusal(R"({"qty": -1, "store_id": 1.5, "product_id": "", "event_time": "x"})"),
            "bad_time: event_time is \"x\", expected ISO 8601 such as 2024-07-01T09:00:00Z");
  EXPECT_EQ(json.refusal(R"({"qty": -1, "store_id": 1.5, "product_id": "", "event_time": "2024-07-01"})"),
            "empty_field: product_id is empty");
}

TEST(RowDecoder, TypeOfAnEventByItsValues) {
  Reader csv(test_ecom_events());
  EXPECT_EQ(csv.row("2020-09-24 11:57:06 UTC,remove_from_cart,P,,,,1,U,").type, EventType::kRemoveFromCart);
  EXPECT_EQ(csv.refusal("2020-09-24 11:57:06 UTC,add_to_cart,P,,,,1,U,"),
            "unknown_event_type: event_type is \"add_to_cart\", expected view, cart, remove_from_cart or "
            "purchase");
  Contract optional = test_ecom_events();
  optional.properties[1].required = false;
  EXPECT_EQ(Reader(optional).refusal("2020-09-24 11:57:06 UTC,,P,,,,1,U,"),
            "missing_field: event_type is missing: it tells what kind of event it is");
}

TEST(RowDecoder, TypeOfAnEventByPresence) {
  Reader json(test_clicks());
  EXPECT_EQ(json.row(R"({"event_time": "2024-07-01", "product_id": "P"})").type, EventType::kViewItem);
  EXPECT_EQ(json.row(R"({"event_time": "2024-07-01", "product_id": null})").type, EventType::kPageView);
  EXPECT_EQ(json.row(R"({"event_time": "2024-07-01"})").type, EventType::kPageView);
}

TEST(RowDecoder, TypeOfAnEventByPrefix) {
  Contract contract =
      TestContract("invoices", RecordFormat::kCsv)
          .property("invoice")
          .property("note")
          .event_type(EventTypeRule::Kind::kPrefixes, "invoice",
                      {{"C", EventType::kRefund}, {"A", EventType::kAdjustment}}, EventType::kPurchaseLine)
          .take();
  Reader csv(contract);
  EXPECT_EQ(csv.row("C536379,").type, EventType::kRefund);
  EXPECT_EQ(csv.row("A563185,").type, EventType::kAdjustment);
  EXPECT_EQ(csv.row("536365,").type, EventType::kPurchaseLine);
  EXPECT_EQ(csv.row(",x").type, EventType::kPurchaseLine);
}

TEST(RowIdentity, RowsAreKnownByTheirIdWhereTheyHaveOne) {
  Reader json(test_clicks());
  const std::uint64_t by_id = json.row(R"({"event_id": "E1", "event_time": "2024-07-01"})").event_id;
  EXPECT_EQ(json.row(R"({"event_id": "E1", "event_time": "2024-07-02", "user_id": "U"})").event_id, by_id);
  EXPECT_NE(json.row(R"({"event_id": "E2", "event_time": "2024-07-01"})").event_id, by_id);
  EXPECT_NE(json.row(R"({"event_time": "2024-07-01"})").event_id, by_id);
}

TEST(RowIdentity, RowsWithoutIdAreKnownByTheirFields) {
  Reader json(test_clicks());
  const Row row = json.row(R"({"event_time": "2024-07-01T00:00:00Z", "product_id": "P"})");
  const Row other_writing =
      json.row(R"({"x": 1, "product_id": "P", "user_id": null, "event_time": "2024-07-01"})");
  EXPECT_EQ(other_writing.event_id, row.event_id);
  EXPECT_NE(other_writing.content_hash, row.content_hash);
  EXPECT_NE(json.row(R"({"event_time": "2024-07-01", "user_id": "P"})").event_id, row.event_id);
  EXPECT_NE(json.row(R"({"event_time": "2024-07-01", "product_id": "P", "user_id": "U"})").event_id,
            row.event_id);
}

TEST(RowIdentity, TextsSideBySideAreNotMixedUp) {
  Reader json(test_catalog_changes());
  const std::uint64_t id =
      json.row(R"({"changed_at": "2024-07-01", "item_sku": "ab", "vendor_id": "c", "change": "new"})")
          .event_id;
  EXPECT_NE(json.row(R"({"changed_at": "2024-07-01", "item_sku": "a", "vendor_id": "bc", "change": "new"})")
                .event_id,
            id);
}

TEST(RowIdentity, EqualRowsAreDifferentWherePositionTells) {
  Reader csv(test_ecom_events());
  constexpr std::string_view record = "2020-09-24 11:57:06 UTC,view,P,,,,1,U,";
  const Row first = csv.row(record, 1);
  const Row second = csv.row(record, 2);
  EXPECT_NE(first.event_id, second.event_id);
  EXPECT_EQ(first.content_hash, second.content_hash);
  EXPECT_EQ(csv.row(record, 1).event_id, first.event_id);
}

TEST(RowIdentity, PositionIsNotLookedAtElsewhere) {
  Reader json(test_transactions());
  const std::uint64_t id = json.row(kTransaction, 1).event_id;
  EXPECT_EQ(json.row(kTransaction, 2).event_id, id);
}

TEST(RowIdentity, SameValuesOfAnotherContractAreAnotherRow) {
  Contract contract = test_transactions();
  contract.name = "sales";
  Reader json(contract);
  const std::uint64_t id = json.row(kTransaction).event_id;
  EXPECT_NE(Reader(test_transactions()).row(kTransaction).event_id, id);
}

TEST(RowIdentity, IdThatAloneTellsTheRowMustBeThere) {
  Contract contract = test_orders();
  contract.properties[0].required = false;
  Contract by_id =
      TestContract("things", RecordFormat::kJsonLines).property("id").property("a").known_by("id", {}).take();
  EXPECT_EQ(Reader(by_id).refusal(R"({"a": "x"})"),
            "missing_field: id is missing: nothing else tells the record from others");
}

// Ids are stored: these must never change.
TEST(RowIdentity, IdsStayWhatTheyWere) {
  Reader clicks(test_clicks());
  const Row by_id = clicks.row(R"({"event_id": "E1", "event_time": "2024-07-01T09:00:00Z", "x": [1]})");
  EXPECT_EQ(fmt::format("{:016x} {:016x}", by_id.event_id, by_id.content_hash),
            "2be6090165e8f297 30881825b120cec9");
  const Row by_fields = clicks.row(R"({"event_time": "2024-07-01T09:00:00Z", "product_id": "P1"})");
  EXPECT_EQ(fmt::format("{:016x} {:016x}", by_fields.event_id, by_fields.content_hash),
            "796756ac164441b9 0d80cca038f951c9");
  Reader ecom(test_ecom_events());
  const Row by_position = ecom.row("2020-09-24 11:57:06 UTC,view,P,,,,12.50,U,", 42);
  EXPECT_EQ(fmt::format("{:016x} {:016x}", by_position.event_id, by_position.content_hash),
            "91800aae02663de0 0000000000000000");
  Reader typed(test_typed());
  ASSERT_FALSE(typed.set_header("key,any_number,flag,whole,money"));
  const Row every_type = typed.row("K,0.5,true,-3,1.5");
  EXPECT_EQ(fmt::format("{:016x} {:016x}", every_type.event_id, every_type.content_hash),
            "7ef3652b43041ea3 641dece10f510347");
}

TEST(CsvRow, ColumnsFollowTheHeader) {
  Reader csv(test_clicks(RecordFormat::kCsv));
  ASSERT_FALSE(csv.set_header("user_id,event_time"));
  const Row& row = csv.row("U1,2024-07-01");
  EXPECT_EQ(row.fields[3].text, "U1");
  EXPECT_FALSE(row.fields[0].present);
  ASSERT_FALSE(csv.set_header("\xEF\xBB\xBF\"event_time\",\"user_id\""));
  EXPECT_EQ(csv.value("2024-07-01,U1", "user_id").text, "U1");
  ASSERT_FALSE(csv.set_header(""));
  EXPECT_EQ(csv.value("E,2024-07-01,P,U,/home", "page_url").text, "/home");
}

TEST(CsvRow, UnknownColumnsAreKept) {
  Reader csv(test_clicks(RecordFormat::kCsv));
  ASSERT_FALSE(csv.set_header("z,event_time,,a \"b\""));
  EXPECT_EQ(csv.row("1,2024-07-01,x,").extra, R"({"":"x","a \"b\"":null,"z":"1"})");
  EXPECT_EQ(csv.row(",2024-07-01,\"say \"\"hi\"\"\",").extra, R"({"":"say \"hi\"","a \"b\"":null,"z":null})");
}

TEST(CsvRow, RecordsHaveAsManyColumnsAsTheHeader) {
  Reader csv(test_ecom_events());
  EXPECT_EQ(csv.refusal("2020-09-24 11:57:06 UTC,view,P,,,,1,U"),
            "too_few_columns: the record has 8 columns, expected 9");
  EXPECT_EQ(csv.refusal("2020-09-24 11:57:06 UTC,view,P,,,,1,U,,"),
            "too_many_columns: the record has 10 columns, expected 9");
}

TEST(CsvRow, RecordsThatAreNoText) {
  Reader csv(test_ecom_events());
  EXPECT_EQ(csv.refusal("2020-09-24 11:57:06 UTC,view,P\xff,,,,1,U,"),
            "not_utf8: the record is not valid UTF-8");
  EXPECT_EQ(csv.refusal(std::string_view("2020-09-24 11:57:06 UTC,view,P\0,,,,1,U,", 38)),
            "null_character: the record holds a null character");
  EXPECT_EQ(csv.refusal("2020-09-24 11:57:06 UTC,view,\"P,,,,1,U,"),
            "unterminated_quote: a quote is never closed, or closed in the middle of a field");
  EXPECT_EQ(csv.refusal("a", true),
            "unterminated_quote: a quote is never closed, or closed in the middle of a field");
  EXPECT_EQ(csv.refusal(std::string(kRecordSizeMax + 1, 'x')),
            "too_large: the record has 1048577 bytes, at most 1048576 are allowed");
  EXPECT_EQ(csv.refusal("2020-09-24 11:57:06 UTC,view," + std::string(kTextSizeMax + 1, 'x') + ",,,,1,U,"),
            "too_large: product_id has 65537 bytes, at most 65536 are allowed");
}

TEST(CsvRow, BadHeaderRefusesEveryRecordUntilTheNext) {
  Reader csv(test_ecom_events());
  const auto fault = csv.set_header("event_time,event_type,product_id,user_id");
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->reason, Reason::kHeaderChanged);
  EXPECT_EQ(csv.refusal("2020-09-24 11:57:06 UTC,view,P,U"),
            "header_changed: the header lacks the column \"price\"");
  EXPECT_TRUE(csv.set_header("event_time,event_type,product_id,user_id,price,price").has_value());
  EXPECT_EQ(csv.refusal("x"), "header_changed: the header names \"price\" twice");
  EXPECT_TRUE(csv.set_header("event_time,event_type,product_id,user_id,price,a,b,a").has_value());
  EXPECT_EQ(csv.refusal("x"), "header_changed: the header names \"a\" twice");
  EXPECT_TRUE(csv.set_header("event_time,\"event_type").has_value());
  EXPECT_TRUE(csv.set_header("event_time,\xff").has_value());
  ASSERT_FALSE(csv.set_header("event_time,event_type,product_id,user_id,price"));
  csv.row("2020-09-24 11:57:06 UTC,view,P,U,1");
}

TEST(CsvRow, HeaderOfTooManyUnknownColumns) {
  Reader csv(test_clicks(RecordFormat::kCsv));
  std::string header = "event_time";
  for (std::size_t i = 0; i < kObjectKeysMax; ++i) header += fmt::format(",c{}", i);
  EXPECT_FALSE(csv.set_header(header).has_value());
  EXPECT_TRUE(csv.set_header(header + ",one_more").has_value());
}

TEST(CsvRow, HeaderIsToldFromRecords) {
  const Contract contract = test_ecom_events();
  EXPECT_TRUE(is_csv_header(
      "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session",
      contract));
  EXPECT_TRUE(is_csv_header("\xEF\xBB\xBF\"event_time\",event_type,product_id,price,user_id", contract));
  EXPECT_TRUE(is_csv_header("x,y,z,price,user_id,product_id,event_type,event_time", contract));
  EXPECT_TRUE(is_csv_header("event_time,event_type,product,category_id,brand", contract)) << "it was changed";
  EXPECT_FALSE(is_csv_header("event_time,a,b,c,brand", contract));
  EXPECT_FALSE(
      is_csv_header("2020-09-24 11:57:06 UTC,view,1996170,2144,electronics,brand,31.90,15,LJ", contract));
  EXPECT_FALSE(is_csv_header("", contract));
  EXPECT_FALSE(is_csv_header("\"event_time", contract));
}

TEST(CsvRow, NoRequiredPropertyMakesNoHeaderOfAnything) {
  Contract contract = test_clicks(RecordFormat::kCsv);
  for (ContractProperty& property : contract.properties) property.required = false;
  EXPECT_FALSE(is_csv_header("a,b,c", contract));
  EXPECT_TRUE(is_csv_header("x,user_id", contract));
  EXPECT_FALSE(is_csv_header("event_time of the click,user_id,x", contract)) << "one of three is a name";
}

TEST(JsonRow, OnlyObjectsAreRecords) {
  Reader json(test_transactions());
  EXPECT_EQ(json.refusal("null"), "wrong_top_level_type: the record is null, expected an object");
  EXPECT_EQ(json.refusal("7"), "wrong_top_level_type: the record is a number, expected an object");
  EXPECT_EQ(json.refusal("[]"), "wrong_top_level_type: the record is a list, expected an object");
  EXPECT_EQ(json.refusal("\"x\""), "wrong_top_level_type: the record is a string, expected an object");
  EXPECT_TRUE(json.refusal("").starts_with("not_json: "));
}

TEST(JsonRow, UnknownMembersAreKeptInOrderOfTheirNames) {
  Reader json(test_clicks());
  EXPECT_EQ(json.row(R"({"z": {"b": 1, "a": [true]}, "event_time": "2024-07-01", "c": null})").extra,
            R"({"c":null,"z":{"a":[true],"b":1}})");
}

TEST(JsonRow, MemberThatComesTwiceIsRefused) {
  Reader json(test_clicks());
  EXPECT_EQ(json.refusal(R"({"event_time": "2024-07-01", "event_time": "2024-07-01"})"),
            "duplicate_key: \"event_time\" is there twice: which one counts?");
  EXPECT_EQ(json.refusal(R"({"event_time": "2024-07-01", "x": 1, "\u0078": 1})"),
            "duplicate_key: \"x\" is there twice: which one counts?");
}

TEST(JsonRow, NullCharactersAreRefused) {
  Reader json(test_clicks());
  EXPECT_EQ(json.refusal(R"({"event_time": "2024-07-01", "user_id": "U\u0000"})"),
            "null_character: user_id holds a null character (\\u0000)");
}

TEST(JsonRow, NothingOfOneRecordIsLeftForTheNext) {
  Reader json(test_clicks());
  const std::string before = json.description(R"({"event_time": "2024-07-01"})");
  json.row(R"({"event_id": "E", "event_time": "2024-07-01", "product_id": "P", "user_id": "U", "x": 1})");
  EXPECT_EQ(json.description(R"({"event_time": "2024-07-01"})"), before);
  json.refusal(R"({"event_id": "E", "product_id": "P", "x": 1, "event_time": 1})");
  json.refusal(R"({"x": 1, "x": 1})");
  EXPECT_EQ(json.description(R"({"event_time": "2024-07-01"})"), before);
}

RC_GTEST_PROP(RowDecoderProperty, RowsWrittenByAContractAreReadBackFromBothFormats, ()) {
  const TestRow written = *test_row(test_typed());
  Reader csv(test_typed(RecordFormat::kCsv));
  Reader json(test_typed(RecordFormat::kJsonLines));
  const std::string as_csv = written_as_csv(written);
  const std::string as_json = written_as_json(written, test_typed());
  RC_LOG() << as_csv << "\n" << as_json << "\n";
  const std::string from_csv = csv.description(as_csv);
  RC_ASSERT(from_csv.starts_with("readable"));
  RC_ASSERT(json.description(as_json) == from_csv);
  const Row& row = csv.row(as_csv);
  for (std::size_t i = 0; i < written.size(); ++i) {
    RC_ASSERT(row.fields[i].present == !written[i].empty());
  }
}

RC_GTEST_PROP(RowDecoderProperty, AnyTextIsReadBackFromBothFormats, ()) {
  const std::string text = *test_text();
  RC_PRE(!text.empty());
  const TestRow written = {"E", "2024-07-01T09:00:00Z", "", text, ""};
  const Contract contract = test_clicks();
  Reader csv(test_clicks(RecordFormat::kCsv));
  Reader json(contract);
  RC_ASSERT(csv.value(written_as_csv(written), "user_id").text == text);
  RC_ASSERT(json.value(written_as_json(written, contract), "user_id").text == text);
  RC_ASSERT(json.description(written_as_json(written, contract)) == csv.description(written_as_csv(written)));
}

RC_GTEST_PROP(RowDecoderProperty, UnknownColumnsAndMembersAreTheSame, ()) {
  const std::string name = *test_text();
  const std::string text = *test_text();
  RC_PRE(!test_clicks().property_named(name).has_value());
  Reader csv(test_clicks(RecordFormat::kCsv));
  RC_ASSERT(!csv.set_header(written_as_csv({"event_time", name})));
  Reader json(test_clicks());
  RC_ASSERT(csv.description(written_as_csv({"2024-07-01", text})) ==
            json.description(fmt::format(R"({{"event_time": "2024-07-01", {}: {}}})", json_quoted(name),
                                         text.empty() ? "null" : json_quoted(text))));
}

// Objects of which many are plain, and some nearly.
rc::Gen<std::string> nearly_plain_object() {
  static const std::vector<std::string> kValues = {"null",
                                                   "true",
                                                   "false",
                                                   "nul",
                                                   "0",
                                                   "-0",
                                                   "-1",
                                                   "7",
                                                   "36",
                                                   "007",
                                                   "+1",
                                                   "1.",
                                                   ".5",
                                                   "0.5",
                                                   "-0.5",
                                                   "-0.0",
                                                   "1.23456",
                                                   "999999999.9999",
                                                   "1234567890.1",
                                                   "99999999999999",
                                                   "999999999999999",
                                                   "123456789012345678",
                                                   "-123456789012345678",
                                                   "9223372036854775807",
                                                   "9223372036854775808",
                                                   "18446744073709551616",
                                                   "1e3",
                                                   "1E400",
                                                   "0.1000",
                                                   "10.5",
                                                   "-",
                                                   "1 ",
                                                   R"("")",
                                                   R"("a")",
                                                   R"("abc")",
                                                   R"("abcdef")",
                                                   R"("NULL")",
                                                   R"("n/a")",
                                                   R"("17850.0")",
                                                   R"(".0")",
                                                   R"("true")",
                                                   R"("12")",
                                                   R"("EUR")",
                                                   R"("mobile")",
                                                   R"("2024-07-01T09:00:00Z")",
                                                   R"("2024-07-01 09:00:00")",
                                                   R"("2024-02-30")",
                                                   R"("a\u0041")",
                                                   R"("\\")",
                                                   R"("\u0000")",
                                                   "\"\xC5\xA1\"",
                                                   "\"\xC5\"",
                                                   "\"\x01\"",
                                                   "\"\x7f\"",
                                                   "\"a",
                                                   "{}",
                                                   "[1]",
                                                   R"("}")",
                                                   "12345678901234567.0",
                                                   "1719824400"};
  return rc::gen::exec([] {
    const Contract contract = test_typed(RecordFormat::kJsonLines);
    const auto mostly = [](const std::string& usual, std::vector<std::string> others) {
      return *rc::gen::weightedElement<std::string>(
          {{40, usual}, {1, *rc::gen::elementOf(std::move(others))}});
    };
    const std::string space = *rc::gen::element<std::string>("", "", " ");
    std::string text = mostly("{", {" {", "{ ", "", "["}) + R"("key":"k")";
    for (const std::size_t i : *rc::gen::container<std::vector<std::size_t>>(
             *rc::gen::inRange<std::size_t>(0, 5),
             rc::gen::inRange<std::size_t>(0, contract.properties.size()))) {
      const std::string name = mostly(contract.properties[i].name, {"other", "key", "te\\u0078t", ""});
      text += mostly("," + space, {"", ",,", ",\t", " ,", "}"}) + '"' + name + '"';
      text += mostly(":" + space, {"", " :", "::", ":  "}) + *rc::gen::elementOf(kValues);
    }
    return text + mostly("}", {" }", "", "}}", "} ", ",}", "}\n"});
  });
}

// A blank in front means nothing, and leaves the record to the parser.
RC_GTEST_PROP(RowDecoderProperty, PlainObjectsMeanWhatTheyMeanToTheParser, ()) {
  const std::string text = *nearly_plain_object();
  const auto meaning = [](const DecodedRow& decoded) {
    if (!decoded.readable)
      return fmt::format("{}: {}", code(decoded.refusal.reason), decoded.refusal.message);
    std::string words =
        fmt::format("{} {} {}", decoded.row.event_id, decoded.row.content_hash, decoded.row.extra);
    for (const FieldValue& value : decoded.row.fields) {
      words += fmt::format(" {} {} {}", value.present, value.integer, value.text);
    }
    return words;
  };
  Reader reader(test_typed(RecordFormat::kJsonLines));
  const std::string first = meaning(reader.decode(text));
  RC_ASSERT(meaning(reader.decode(" " + text)) == first);
  RC_ASSERT(meaning(reader.decode(text)) == first);
}

}  // namespace
}  // namespace millrace
