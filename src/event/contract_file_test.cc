#include "event/contract_file.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/limits.h"
#include "event/builtin_contracts.h"
#include "event/embedded_contract.h"
#include "event/test_contract_yaml.h"

namespace millrace {
namespace {

// All that is found, a line each: `12:7 message; remedy`.
std::string findings(std::string_view yaml) {
  std::string lines;
  for (const ContractFinding& finding : parse_contract(yaml).findings) {
    EXPECT_FALSE(finding.message.empty());
    EXPECT_FALSE(finding.remedy.empty()) << finding.message;
    lines += (lines.empty() ? "" : "\n") + std::to_string(finding.line) + ":" +
             std::to_string(finding.column) + (finding.is_error ? " " : " warning: ") + finding.message +
             "; " + finding.remedy;
  }
  return lines;
}

// What is found when one part of a sound contract is replaced by another.
std::string wrong(std::string_view from, std::string_view to) {
  return findings(with(kSalesYaml, from, to));
}

void expect_told(const std::string& found, std::string_view part) {
  EXPECT_NE(found.find(part), std::string::npos) << found << "\n  lacks: " << part;
}

TEST(ContractFile, ReadsEveryPart) {
  EXPECT_EQ(findings(kSalesYaml), "");
  const Contract contract = contract_of(kSalesYaml);
  EXPECT_EQ(contract.name, "sales");
  EXPECT_EQ(contract.version, "1.2.3");
  EXPECT_EQ(contract.description, "What was sold.");
  EXPECT_EQ(contract.shape, Shape::kEvents);
  EXPECT_EQ(contract.format, RecordFormat::kCsv);
  EXPECT_EQ(contract.delimiter, ';');
  EXPECT_EQ(contract.header, HeaderLine::kOptional);
  EXPECT_EQ(contract.identity, (RecordIdentity{0, {}}));
  EXPECT_EQ(contract.currency, "EUR");
  EXPECT_EQ(contract.text, kSalesYaml);
  ASSERT_EQ(contract.properties.size(), 5u);
  EXPECT_EQ(contract.properties[1].time_format->pattern(), "yyyy-MM-dd HH:mm");
  EXPECT_EQ(contract.properties[2].values, (std::vector<std::string>{"sold", "returned"}));
  EXPECT_EQ(contract.properties[3].length_min, 1u);
  EXPECT_EQ(contract.properties[3].length_max, 20u);
  EXPECT_EQ(contract.properties[3].field, CanonicalField::kProductId);
  EXPECT_EQ(contract.properties[4].type, ValueType::kDecimal);
  EXPECT_EQ(contract.properties[4].minimum, Decimal{0});
  EXPECT_EQ(contract.properties[4].maximum, Decimal{995'000});
  EXPECT_EQ(contract.properties[4].null_texts, (std::vector<std::string>{"n/a", "-"}));
  EXPECT_FALSE(contract.properties[4].required);
}

TEST(ContractFile, AllThatIsWrongIsToldAtOnceInTheOrderOfTheFile) {
  std::string yaml = with(kSalesYaml, "version: 1.2.3", "version: 1.2");
  yaml = with(yaml, "logicalType: number", "logicaltype: number");
  yaml = with(yaml, "price: price", "prize: price");
  yaml = with(yaml, "currency: EUR", "currency: EURO");
  EXPECT_EQ(findings(yaml),
            "5:10 version is \"1.2\"; write three numbers, such as 1.0.0\n"
            "28:9 property \"price\" has no logicalType; write one, such as `logicalType: string`\n"
            "29:9 property \"price\" has no key \"logicaltype\"; did you mean logicalType?\n"
            "30:30 logicalTypeOptions of property \"price\" has no key \"minimum\"; expected one of: "
            "minLength, maxLength, "
            "format, pattern\n"
            "30:42 logicalTypeOptions of property \"price\" has no key \"maximum\"; expected one of: "
            "minLength, maxLength, "
            "format, pattern\n"
            "38:58 mapping has no key \"prize\"; did you mean price?\n"
            "41:21 currency is \"EURO\"; did you mean EUR?");
}

TEST(ContractFile, TellsPlacesAsEditorsDo) {
  const ParsedContract parsed = parse_contract(with(kSalesYaml, "EUR", "EURO"));
  ASSERT_EQ(parsed.findings.size(), 1u);
  EXPECT_EQ(parsed.findings[0].text("contracts/x.yaml"),
            "contracts/x.yaml:41:21: error: currency is \"EURO\"; did you mean EUR?");
  EXPECT_EQ((ContractFinding{false, 0, 0, "a", "b"}.text("x")), "x: warning: a; b");
  const auto refused = read_contract(with(kSalesYaml, "EUR", "EURO"), "x.yaml");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(refused.error().message, "x.yaml:41:21: error: currency is \"EURO\"; did you mean EUR?");
}

TEST(ContractFile, KeysThatTheStandardHasAreAllowed) {
  EXPECT_EQ(wrong("status: active", R"(status: active
domain: shop
tenant: us
dataProduct: x
tags: [a]
team: {name: x}
support: []
price: {priceAmount: 1}
servers: []
roles: []
slaProperties: []
authoritativeDefinitions: []
contractCreatedTs: 2024-01-01T00:00:00Z)"),
            "");
  EXPECT_EQ(wrong("name: product\n", R"(name: product
        id: x
        businessName: Article
        physicalType: VARCHAR
        unique: false
        primaryKey: false
        criticalDataElement: true
        partitioned: false
        encryptedName: x
        examples: [A, B]
        tags: [a]
        transformLogic: none
        relationships: []
        authoritativeDefinitions: []
        customProperties: []
)"),
            "");
}

TEST(ContractFile, UnknownAndRepeatedKeysAreErrorsWhereverTheyAre) {
  expect_told(wrong("status: active", "status: active\nstatsu: active"),
              "7:1 the contract has no key \"statsu\"; did you mean status?");
  expect_told(wrong("status: active", "status: active\nversion: 1.0.0"),
              "7:1 the contract has \"version\" twice; remove this one or the one of line 5");
  expect_told(wrong("name: product\n", "name: product\n        requierd: true\n"),
              "property \"product\" has no key \"requierd\"; did you mean required?");
  expect_told(wrong("header: optional", "headers: optional"),
              "csv has no key \"headers\"; did you mean header?");
  expect_told(wrong("{id: id}", "{ids: id}"), "identity has no key \"ids\"");
  expect_told(wrong("values: {sold", "value: {sold"),
              "event_type has no key \"value\"; did you mean values?");
  expect_told(wrong("currency: EUR", "currency: EUR\n          <<: {a: b}"),
              "millrace has no key \"\\u003c\\u003c\"");
}

TEST(ContractFile, RequiredKeysAreAskedFor) {
  for (const std::string_view line : {"kind: DataContract\n", "apiVersion: v3.1.0\n", "id: test-sales\n",
                                      "name: sales\n", "version: 1.2.3\n", "status: active\n"}) {
    const std::string key(line.substr(0, line.find(':')));
    expect_told(wrong(line, ""), "the contract has no " + key + ";");
  }
  expect_told(wrong("kind: DataContract", "kind: Contract"),
              "kind is \"Contract\"; write `kind: DataContract`");
  expect_told(wrong("apiVersion: v3.1.0", "apiVersion: v2.2.2"), "write `apiVersion: v3.1.0`");
  expect_told(findings("{}"), "the contract has no schema");
  expect_told(
      wrong("event_type: {property: kind, values: {sold: purchase, returned: refund}}", "shape: events"),
      "millrace has no event_type; say what kind of event a record is");
  expect_told(wrong("identity: {id: id}", "shape: events"),
              "millrace has no identity; say what makes a record the same");
  expect_told(wrong("property: millrace", "property: other"), "does not say what its records are");
}

TEST(ContractFile, NamesBecomeTablesAndColumns) {
  for (const std::string_view name :
       {"Sales", "1sales", "sa-les", "\"\"", "s_2345678901234567890123456789012345678901234567890"}) {
    expect_told(wrong("name: sales", "name: " + std::string(name)), "cannot be that of a table");
  }
  expect_told(wrong("name: product\n", "name: product name\n"),
              "\"product name\" cannot be the name of a column; give the property a physicalName");
  EXPECT_EQ(findings(with(
                with(kSalesYaml, "name: product\n", "name: product name\n        physicalName: product\n"),
                "product_id: product", "product_id: product name")),
            "");
  expect_told(wrong("name: product\n", "name: product\n        physicalName: PRICE\n"),
              "two properties have the column price; case makes no difference");
  expect_told(wrong("name: product\n", "name: price\n"), "there are two properties \"price\"");
  for (const std::string_view column :
       {"event_id", "Event_Type", "currency", "extra", "epoch", "source_line", "received_at"}) {
    expect_told(
        wrong("name: product\n", "name: product\n        physicalName: " + std::string(column) + "\n"),
        "the column " + std::string(column) + " is there for every contract");
  }
}

TEST(ContractFile, ColumnsNamedAfterWhatTheyAreStand) {
  EXPECT_EQ(findings(with(with(kSalesYaml, "name: kind\n", "name: event_type\n"), "property: kind",
                          "property: event_type")),
            "");
  EXPECT_EQ(findings(with(with(kSalesYaml, "name: product\n", "name: currency\n"), "product_id: product",
                          "currency: currency")),
            "");
}

TEST(ContractFile, VersionsAreThreeNumbers) {
  for (const std::string_view version :
       {"1", "1.0", "1.0.0.0", "v1.0.0", "1.0.x", "01.0.0", "1.0.0-beta", "-1.0.0", "99999999999.0.0"}) {
    expect_told(wrong("version: 1.2.3", "version: " + std::string(version)),
                "write three numbers, such as 1.0.0");
  }
}

TEST(ContractFile, TypesAreThoseOfFlatRecords) {
  expect_told(wrong("logicalType: number", "logicalType: text"),
              "logicalType of property \"price\" is \"text\"; expected one of: string");
  expect_told(wrong("logicalType: number", "logicalType: numbr"), "did you mean number?");
  for (const std::string_view type : {"time", "object", "array"}) {
    expect_told(wrong("logicalType: number", "logicalType: " + std::string(type)), "records are flat");
  }
  const std::string plain =
      with(with(kSalesYaml, "mapping: {event_time: at, product_id: product, price: price}",
                "mapping: {event_time: at}"),
           "name: price\n", "name: price\n        physicalType: DOUBLE\n");
  EXPECT_EQ(contract_of(plain).properties[4].type, ValueType::kDouble);
  const std::string date = with(kSalesYaml, "logicalType: timestamp", "logicalType: date");
  EXPECT_EQ(contract_of(date).properties[1].type, ValueType::kTimestamp);
}

TEST(ContractFile, OptionsMustMakeSense) {
  expect_told(wrong("minimum: 0", "minimum: 100"), "minimum of property \"price\" is above its maximum");
  expect_told(wrong("minLength: 1", "minLength: 21"),
              "minLength of property \"product\" is above its maxLength");
  expect_told(wrong("minimum: 0", "minimum: none"),
              "minimum of property \"price\" is \"none\"; write a number");
  expect_told(wrong("minLength: 1", "minLength: -1"),
              "minLength of property \"product\" is \"-1\"; write a whole number");
  expect_told(wrong("required: true", "required: yes"),
              "required of property \"id\" is \"yes\"; write true or false");
  expect_told(wrong("yyyy-MM-dd HH:mm", "yy-MM-dd"),
              "19:38 the time format `yy-MM-dd` has a year of two digits");
  expect_told(wrong("{format: \"yyyy-MM-dd HH:mm\"}", "{defaultTimezone: Europe/Berlin}"),
              "times of property \"at\" are in \"Europe/Berlin\"");
  EXPECT_EQ(wrong("{format: \"yyyy-MM-dd HH:mm\"}", "{defaultTimezone: Etc/UTC, timezone: false}"), "");
}

TEST(ContractFile, RulesOfQualityAreKeptOrTold) {
  const std::string nulls =
      with(kSalesYaml, "{metric: missingValues, arguments: {missingValues: [\"n/a\", \"-\"]}}",
           "{metric: nullValues, mustBe: 0}");
  EXPECT_TRUE(contract_of(nulls).properties[4].required);
  const std::string none =
      with(kSalesYaml, "{metric: missingValues, ", "{metric: missingValues, mustBe: 0, ");
  EXPECT_TRUE(contract_of(none).properties[4].required);
  expect_told(findings(with(nulls, "nullValues, mustBe: 0", "duplicateValues, mustBe: 0")),
              "32:13 warning: a quality rule of property \"price\" is not checked while loading");
  expect_told(findings(with(nulls, "nullValues, mustBe: 0", "nullValues, mustBeLessThan: 5")),
              "is not checked while loading");
  expect_told(findings(with(nulls, "metric: nullValues, mustBe: 0", "type: sql, query: SELECT 1")),
              "is not checked while loading");
  EXPECT_EQ(findings(with(nulls, "metric: nullValues, mustBe: 0", "type: text, description: Looks right")),
            "");
  expect_told(wrong("[sold, returned]", "[]"), "no value of property \"kind\" is valid");
  expect_told(wrong("[sold, returned]", "[sold, sold]"), "has \"sold\" twice");
  expect_told(wrong("logicalTypeOptions: {minimum: 0",
                    "quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [1, x]}}]\n       "
                    " logicalTypeOptions: {minimum: 0"),
              "twice");
  expect_told(wrong("quality:\n          - {metric: missing",
                    "quality:\n          - {metric: invalidValues, mustBe: 0, arguments: {validValues: [1, "
                    "x]}}\n          - {metric: missing"),
              "the valid value \"x\" of property \"price\" is none of its type");
  expect_told(wrong("minLength: 1", "pattern: a+"),
              "warning: pattern of property \"product\" is not checked while loading");
}

TEST(ContractFile, EventsNeedTheirTime) {
  expect_told(wrong("event_time: at, ", ""), "no property is mapped to event_time");
  expect_told(wrong("logicalType: timestamp\n        required: true",
                    "logicalType: timestamp\n        required: false"),
              "property \"at\" is the event_time and may be missing");
  const std::string no_events = with(with(kSalesYaml, "event_time: at, ", ""),
                                     "{property: kind, values: {sold: purchase, returned: refund}}", "none");
  EXPECT_EQ(findings(no_events), "");
  EXPECT_EQ(contract_of(no_events).event_type, std::nullopt);
}

TEST(ContractFile, MappedPropertiesHaveTheTypeOfTheirColumn) {
  expect_told(wrong("event_time: at", "event_time: id"),
              "property \"id\" is of another type than event_time; give it `logicalType: timestamp`");
  expect_told(wrong("price: price", "price: product"), "property \"product\" is mapped to");
  expect_told(wrong("price: price", "quantity: price"),
              "of another type than quantity; give it `logicalType: integer`");
  expect_told(wrong("price: price", "brand: price"),
              "of another type than brand; give it `logicalType: string`");
  expect_told(wrong("name: price\n", "name: price\n        physicalType: DOUBLE\n"),
              "not the physicalType DOUBLE");
  expect_told(wrong("product_id: product", "product_id: produkt"),
              "mapping of product_id: there is no property \"produkt\"; did you mean product?");
  expect_told(
      wrong("product_id: product", "device_type: kind"),
      "property \"kind\" may be \"sold\", which is no device_type; valid are desktop, mobile and tablet");
  expect_told(wrong("product_id: product", "currency: kind"), "which is no currency");
  expect_told(wrong("currency: EUR", "format: csv"), "\"format\" twice");
  expect_told(findings(with(kSalesYaml, "\n          currency: EUR", "")),
              "warning: prices or amounts have no currency");
}

TEST(ContractFile, EventTypesAreToldOneWay) {
  const std::string rule = "{property: kind, values: {sold: purchase, returned: refund}}";
  const auto with_rule = [&](std::string_view other) { return with(kSalesYaml, rule, other); };
  EXPECT_EQ(contract_of(with_rule("purchase_line")).event_type->otherwise, EventType::kPurchaseLine);
  const Contract starts =
      contract_of(with_rule("{property: id, starts_with: {CA: adjustment, C: refund}, otherwise: purchase}"));
  EXPECT_EQ(starts.event_type->kind, EventTypeRule::Kind::kPrefixes);
  EXPECT_EQ(starts.event_type->cases.size(), 2u);
  const Contract presence =
      contract_of(with_rule("{property: product, present: view_item, absent: page_view}"));
  EXPECT_EQ(presence.event_type->kind, EventTypeRule::Kind::kPresence);
  EXPECT_EQ(presence.event_type->cases.at(0).second, EventType::kViewItem);

  expect_told(
      findings(with_rule("{property: id, starts_with: {C: refund, CA: adjustment}, otherwise: purchase}")),
      "the case \"CA\" of event_type is never reached");
  expect_told(findings(with_rule("{property: id, starts_with: {C: refund}}")),
              "does not say how the property tells");
  expect_told(findings(with_rule("{property: id, starts_with: {\"\": refund}, otherwise: purchase}")),
              "an empty text as a case");
  expect_told(findings(with_rule("{property: id}")), "does not say how the property tells");
  expect_told(findings(with_rule("{property: product, present: view_item}")),
              "does not say how the property tells");
  expect_told(findings(with_rule(
                  "{property: kind, values: {sold: purchase}, present: view_item, absent: page_view}")),
              "does not say how");
  expect_told(findings(with_rule("{property: kind, values: {}}")), "event_type has no cases");
  expect_told(findings(with_rule("{property: kind, values: {sold: bought}}")), "an event type is \"bought\"");
  expect_told(findings(with_rule("{property: kind, values: {sold: purchase, sold: refund}}")),
              "\"sold\" of event_type is never reached");
  expect_told(findings(with_rule("{property: product, values: {sold: purchase}}")),
              "is not a required string");
  expect_told(findings(with_rule("{property: nothing, values: {sold: purchase}}")),
              "event_type: there is no property \"nothing\"");
  expect_told(findings(with_rule("sale")), "event_type is \"sale\"");
}

TEST(ContractFile, IdentityIsIdFieldsOrPosition) {
  EXPECT_TRUE(contract_of(with(kSalesYaml, "{id: id}", "position")).identity.is_position());
  EXPECT_EQ(contract_of(with(kSalesYaml, "{id: id}", "{id: id, fields: [at, product]}")).identity,
            (RecordIdentity{0, {1, 3}}));
  EXPECT_EQ(contract_of(with(kSalesYaml, "{id: id}", "{fields: [at]}")).identity,
            (RecordIdentity{std::nullopt, {1}}));
  expect_told(wrong("{id: id}", "{id: product}"), "the id \"product\" may be missing");
  expect_told(wrong("{id: id}", "{id: at}"), "the id \"at\" is neither string nor integer");
  expect_told(wrong("{id: id}", "{fields: [at, at]}"), "identity names \"at\" twice");
  expect_told(wrong("{id: id}", "{id: id, fields: [id]}"), "identity names \"id\" twice");
  expect_told(wrong("{id: id}", "{fields: []}"), "identity names no property");
  expect_told(wrong("{id: id}", "{}"), "identity names no property");
  expect_told(wrong("{id: id}", "row"), "identity is \"row\"");
  expect_told(wrong("{id: id}", "{id: idd}"), "did you mean id?");
}

TEST(ContractFile, FormsOfFilesFitTogether) {
  EXPECT_EQ(contract_of(with(kSalesYaml, "delimiter: \";\"", "delimiter: \"\\t\"")).delimiter, '\t');
  expect_told(wrong("delimiter: \";\"", "delimiter: \":\""), "delimiter of csv is \":\"");
  expect_told(wrong("header: optional", "header: maybe"),
              "header of csv is \"maybe\"; expected one of: required, optional, none");
  expect_told(wrong("format: csv\n", "format: json_lines\n"), "csv does not go with the format json_lines");
  expect_told(wrong("format: csv\n", "format: xml\n"), "format is \"xml\"");
  EXPECT_EQ(contract_of(
                with(kSalesYaml, "currency: EUR", "strip_suffix: {product: \".0\"}\n          currency: EUR"))
                .properties[3]
                .strip_suffix,
            ".0");
  expect_told(wrong("currency: EUR", "strip_suffix: {price: \".0\"}\n          currency: EUR"),
              "there is no suffix to strip from \"price\"");
  expect_told(wrong("currency: EUR", "strip_suffix: {product: \"\"}\n          currency: EUR"),
              "there is no suffix to strip");
  expect_told(wrong("currency: EUR", "strip_suffix: {produkt: x}\n          currency: EUR"),
              "there is no property \"produkt\"");
}

TEST(ContractFile, ShapesNeedWhatTheirTablesHave) {
  const auto of_shape = [](std::string_view shape) {
    return wrong("format: csv", "format: csv\n          shape: " + std::string(shape));
  };
  EXPECT_EQ(of_shape("clicks"), "");
  expect_told(of_shape("transactions"), "the shape transactions needs a property that is mapped to store_id");
  expect_told(of_shape("transactions"), "the shape transactions needs product_id in every record");
  expect_told(of_shape("stock"), "needs a property that is mapped to delta");
  expect_told(of_shape("orders"), "the shape orders needs the column vendor_vertical");
  expect_told(of_shape("ecom_events"), "the shape ecom_events needs the column user_session");
  expect_told(of_shape("catalog_changes"), "the shape catalog_changes needs the column change");
  expect_told(of_shape("click"), "shape is \"click\"; did you mean clicks?");
  expect_told(of_shape("visits"), "does not go with the shape visits");
  const EmbeddedContract orders = embedded_contracts()[3];
  ASSERT_EQ(orders.file, "contracts/orders.yaml");
  expect_told(findings(with(orders.text, "event_type: order", "event_type: none")),
              "rows of the shape orders are events");
  expect_told(
      findings(with(orders.text, "order_rating\n        logicalType: integer",
                    "order_rating\n        logicalType: number")),
      "the column order_rating has another type in the shape orders; give it the logicalType integer");
}

TEST(ContractFile, NestedRecordsAreOnlyForVisits) {
  const EmbeddedContract visits = embedded_contracts()[6];
  ASSERT_EQ(visits.file, "contracts/visits.yaml");
  expect_told(findings(with(visits.text, "shape: visits", "shape: clicks")), "records are flat");
  expect_told(findings(with(visits.text, "logicalType: array", "logicalType: list")),
              "logicalType of property \"events\" is \"list\"");
  expect_told(findings(with(visits.text, "items:", "item:")), "did you mean items?");
}

TEST(ContractFile, OneObjectAContract) {
  expect_told(wrong("schema:\n", "schema: []\nx:\n"),
              "schema has 0 objects; describe one kind of records a contract");
  expect_told(wrong("schema:\n", "schema: sales\nx:\n"), "schema is a single value; write a list");
  expect_told(findings(std::string(kSalesYaml) + "  - name: other\n"), "schema has 2 objects");
  expect_told(findings(std::string(kSalesYaml) + "---\na: b\n"), "a second document starts here");
  std::string many(kSalesYaml);
  for (int i = 0; i < 201; ++i) {
    many = with(many, "    customProperties:",
                "      - {name: p" + std::to_string(i) + ", logicalType: string}\n    customProperties:");
  }
  expect_told(findings(many), "there are 206 properties, more than 200");
}

TEST(ContractFile, WhatIsNoMappingIsToldAsWhatItIs) {
  EXPECT_EQ(findings("- a"), "1:1 the contract is a list; write a mapping: a line `key: value` for each key");
  EXPECT_EQ(findings("a"),
            "1:1 the contract is a single value; write a mapping: a line `key: value` for each key");
  EXPECT_EQ(findings(""), "0:0 the file is empty; write a contract into it");
  expect_told(wrong("mapping: {event_time: at, product_id: product, price: price}", "mapping: [at]"),
              "mapping is a list");
  expect_told(wrong("name: sales", "name: [sales]"), "name of the contract is a list; write a text");
  expect_told(wrong("name: product\n", "? [a]\n        : b\n        name: product\n"), "has a list as a key");
}

TEST(ContractFile, TextsStayAsTheyAreWritten) {
  const std::string norway = with(kSalesYaml, "[sold, returned]", "[sold, NO, on, 1.0, 0x10, 2024-01-01]");
  EXPECT_EQ(contract_of(norway).properties[2].values,
            (std::vector<std::string>{"sold", "NO", "on", "1.0", "0x10", "2024-01-01"}));
}

TEST(ContractFile, WhatIsNoYamlIsToldWithItsPlace) {
  expect_told(findings("a: b: c"), "1:5 this is not YAML");
  expect_told(findings("a: [1, 2"), "this is not YAML");
  expect_told(findings("a: \"b"), "this is not YAML");
  expect_told(findings("a: &x 1\nb: *y"), "this is not YAML");
  EXPECT_EQ(findings("name: a\n\xff: b"), "2:1 this is not UTF-8; save the file as UTF-8");
  EXPECT_EQ(findings(std::string_view("na\0me: a", 8)),
            "1:3 there is a control character (U+0000); remove it");
  EXPECT_EQ(findings("name: a\x04\nversion: 1"), "1:8 there is a control character (U+0004); remove it");
  expect_told(findings("name: \"a\\0\""), "1:7 the text holds a control character");
}

TEST(ContractFile, GrowthIsBounded) {
  expect_told(findings(std::string(kContractSizeMax + 1, ' ')), "more than 262144");
  std::string deep;
  for (std::size_t i = 0; i < 33; ++i) deep += '[';
  expect_told(findings(deep), "nested more than 32 levels deep");
  expect_told(findings(std::string(100'000, '[')), "nested more than 32 levels deep");
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int n = 0; n < 9; ++n) laughs += ", " + before;
    laughs += "]\n";
  }
  expect_told(findings(laughs), "there are more than 20000 values");
  std::string copies = "a: &a " + std::string(200'000, 'x') + "\nb: [*a, *a, *a, *a, *a, *a]\n";
  expect_told(findings(copies), "or more than 1048576 bytes of them");
  expect_told(findings("a: &a [*a]"), "the alias stands inside of what it means");
  std::string unknown;
  for (int i = 0; i < 5'000; ++i) unknown += "key" + std::to_string(i) + ": 1\n";
  const ParsedContract parsed = parse_contract(unknown);
  EXPECT_EQ(parsed.findings.size(), kContractFindingsMax + 1);
  EXPECT_TRUE(parsed.has_errors());
}

TEST(ContractFile, AliasesStandForWhatTheyName) {
  const std::string yaml = with(with(kSalesYaml, "logicalTypeOptions: {minLength: 1, maxLength: 20}",
                                     "logicalTypeOptions: &short {minLength: 1, maxLength: 20}"),
                                "name: kind\n", "name: kind\n        logicalTypeOptions: *short\n");
  expect_told(findings(yaml), "this is not YAML");  // an alias cannot come before its anchor
  const std::string after =
      with(with(kSalesYaml, "name: id\n", "name: id\n        logicalTypeOptions: &short {maxLength: 20}\n"),
           "{minLength: 1, maxLength: 20}", "*short");
  EXPECT_EQ(contract_of(after).properties[3].length_max, 20u);
}

RC_GTEST_PROP(ContractFileProperty, AnyChangeOfOneByteIsToldOrReadWithoutHarm, ()) {
  const auto contract = *rc::gen::inRange<std::size_t>(0, embedded_contracts().size());
  std::string yaml(embedded_contracts()[contract].text);
  const auto at = *rc::gen::inRange<std::size_t>(0, yaml.size());
  yaml[at] = *rc::gen::arbitrary<char>();
  const ParsedContract parsed = parse_contract(yaml);
  RC_ASSERT(parsed.has_errors() || parsed.contract.text == yaml);
}

}  // namespace
}  // namespace millrace
