#include "event/contract_diff.h"

#include <gtest/gtest.h>

#include "event/builtin_contracts.h"
#include "event/test_contract_yaml.h"

namespace millrace {
namespace {

// The kinds of changes and what they are, a line each, when a part of the contract is replaced.
std::string changes(std::string_view from, std::string_view to, std::string_view text = kSalesYaml) {
  std::string lines;
  for (const ContractChange& change :
       diff_contracts(contract_of(text), contract_of(with(text, from, to))).changes) {
    EXPECT_FALSE(change.why.empty());
    lines += (lines.empty() ? "" : "\n") + std::string(name(change.kind)) + " " + change.what;
  }
  return lines;
}

std::string version_fault(std::string_view version, std::string_view from, std::string_view to) {
  const std::string after = with(with(kSalesYaml, "1.2.3", version), from, to);
  return diff_contracts(contract_of(kSalesYaml), contract_of(after)).version_fault;
}

TEST(ContractDiff, TheSameContractHasNoChanges) {
  for (const Contract& contract : builtin_contracts()) {
    const ContractDiff diff = diff_contracts(contract, contract);
    EXPECT_TRUE(diff.changes.empty());
    EXPECT_EQ(diff.version_fault, "");
    EXPECT_FALSE(diff.is_breaking());
  }
}

TEST(ContractDiff, AColumnThatGoesOrIsRenamedBreaks) {
  const std::string price =
      "      - name: product\n        logicalType: string\n        logicalTypeOptions: {minLength: 1, "
      "maxLength: 20}\n";
  const std::string text = with(kSalesYaml, ", product_id: product", "");
  EXPECT_EQ(changes(price, "", with(text, "header: optional", "header: required")),
            "breaking property product is gone");
  EXPECT_EQ(changes("name: product\n", "name: product\n        physicalName: article\n"),
            "breaking property product: physicalName is article, was product");
}

TEST(ContractDiff, ANewPropertyBreaksOnlyIfItIsRequired) {
  const std::string text = with(kSalesYaml, "header: optional", "header: required");
  EXPECT_EQ(changes("    customProperties:",
                    "      - {name: till, logicalType: string}\n    customProperties:", text),
            "compatible property till is new");
  EXPECT_EQ(changes("    customProperties:",
                    "      - {name: till, logicalType: string, required: true}\n    customProperties:", text),
            "breaking property till is new and required");
}

TEST(ContractDiff, ColumnsOfCsvThatMayLackAHeaderKeepTheirOrder) {
  EXPECT_EQ(
      changes("    customProperties:", "      - {name: till, logicalType: string}\n    customProperties:"),
      "compatible property till is new\nbreaking the columns of CSV stand in another order, or there is "
      "another number of them");
}

TEST(ContractDiff, ATypeOrAnotherFormatBreaks) {
  EXPECT_EQ(
      changes("name: product\n        logicalType: string\n        logicalTypeOptions: {minLength: 1, "
              "maxLength: 20}",
              "name: product\n        logicalType: integer", with(kSalesYaml, ", product_id: product", "")),
      "breaking property product: logicalType is integer, was string\n"
      "compatible property product: minLength is none, was 1\ncompatible property product: maxLength is "
      "none, was 20");
  EXPECT_EQ(changes("HH:mm", "HH:mm:ss"),
            "breaking property at: format is \"yyyy-MM-dd HH:mm:ss\", was \"yyyy-MM-dd HH:mm\"");
}

TEST(ContractDiff, RulesBreakWhenTheyRefuseMore) {
  EXPECT_EQ(changes("[sold, returned]", "[sold]"),
            "breaking property kind: validValues is \"sold\", was \"sold\", \"returned\"");
  EXPECT_EQ(changes("[sold, returned]", "[sold, returned, lost]"),
            "compatible property kind: validValues is \"sold\", \"returned\", \"lost\", was \"sold\", "
            "\"returned\"");
  EXPECT_EQ(changes("[sold, returned]", "[returned, sold]"), "");
  EXPECT_EQ(changes("minimum: 0", "minimum: 1"), "breaking property price: minimum is 1, was 0");
  EXPECT_EQ(changes("minimum: 0", "minimum: -1"), "compatible property price: minimum is -1, was 0");
  EXPECT_EQ(changes("minimum: 0, ", ""), "compatible property price: minimum is none, was 0");
  EXPECT_EQ(changes("maximum: 99.5", "maximum: 99.4"),
            "breaking property price: maximum is 99.40, was 99.50");
  EXPECT_EQ(changes("minLength: 1, ", ""), "compatible property product: minLength is none, was 1");
  EXPECT_EQ(changes("maxLength: 20", "maxLength: 19"), "breaking property product: maxLength is 19, was 20");
  EXPECT_EQ(changes("name: product\n", "name: product\n        required: true\n"),
            "breaking property product: is required, was not");
  EXPECT_EQ(
      changes("required: true", "required: false", with(kSalesYaml, "{id: id}", "{id: id, fields: [at]}")),
      "compatible property id: is not required, was so");
}

TEST(ContractDiff, WhatRecordsMeanBreaks) {
  EXPECT_EQ(changes("\"n/a\", ", ""), "breaking property price: missingValues is \"-\", was \"n/a\", \"-\"");
  EXPECT_EQ(changes("{id: id}", "{fields: [at, product]}"),
            "breaking identity is fields at, product, was id id");
  EXPECT_EQ(changes("{id: id}", "position"), "breaking identity is position, was id id");
  EXPECT_EQ(changes("currency: EUR", "currency: USD"), "breaking currency is USD, was EUR");
  EXPECT_EQ(
      changes("returned: refund", "returned: adjustment"),
      "breaking event_type is kind by value {sold: purchase, returned: adjustment}, was kind by value {sold: "
      "purchase, returned: refund}");
  EXPECT_EQ(changes("returned: refund", "returned: refund, lost: adjustment"),
            "compatible event_type is kind by value {sold: purchase, returned: refund, lost: adjustment}, "
            "was kind by "
            "value {sold: purchase, returned: refund}");
  EXPECT_EQ(changes("{property: kind, values: {sold: purchase, returned: refund}}", "purchase"),
            "breaking event_type is purchase, was kind by value {sold: purchase, returned: refund}");
  EXPECT_EQ(changes("product_id: product, ", ""),
            "breaking property product: mapping is none, was product_id");
  EXPECT_EQ(changes("product_id: product, ", "product_id: product, user_id: id, "),
            "compatible property id: mapping is user_id, was none");
  EXPECT_EQ(changes("currency: EUR", "currency: EUR\n          strip_suffix: {id: \".0\"}"),
            "breaking property id: strip_suffix is \".0\", was \"\"");
}

TEST(ContractDiff, AnotherFormOfFileBreaks) {
  EXPECT_EQ(changes("delimiter: \";\"", "delimiter: \",\""), "breaking delimiter is \",\", was \";\"");
  EXPECT_EQ(changes("header: optional", "header: required"), "breaking header is required, was optional");
  EXPECT_EQ(changes("header: required", "header: optional",
                    with(kSalesYaml, "header: optional", "header: required")),
            "compatible header is optional, was required");
  EXPECT_EQ(changes("name: sales", "name: deals"), "breaking name is deals, was sales");
}

TEST(ContractDiff, WordsForPeopleAreWording) {
  EXPECT_EQ(changes("What was sold.", "All that was sold."), "wording another description");
  EXPECT_EQ(changes("name: product\n", "name: product\n        classification: restricted\n"),
            "wording property product: classification is \"restricted\", was \"\"");
  EXPECT_EQ(changes("name: product\n", "name: product\n        description: The article\n"),
            "wording property product: another description");
}

TEST(ContractDiff, TheVersionMustSayWhatChanged) {
  EXPECT_EQ(version_fault("1.9.9", "EUR", "USD"),
            "version 1.9.9 does not say that something breaks; write 2.0.0");
  EXPECT_EQ(version_fault("2.0.0", "EUR", "USD"), "");
  EXPECT_EQ(version_fault("1.2.4", "minimum: 0, ", ""),
            "version 1.2.4 does not say that something is new; write 1.3.0");
  EXPECT_EQ(version_fault("1.3.0", "minimum: 0, ", ""), "");
  EXPECT_EQ(version_fault("2.0.0", "minimum: 0, ", ""), "");
  EXPECT_EQ(version_fault("1.2.3", "What was sold.", "Sales."),
            "version 1.2.3 does not say that something changed; write 1.2.4");
  EXPECT_EQ(version_fault("1.2.4", "What was sold.", "Sales."), "");
  EXPECT_EQ(version_fault("1.2.2", "EUR", "EUR"), "version 1.2.2 is older than 1.2.3");
  EXPECT_EQ(version_fault("1.10.0", "minimum: 0, ", ""), "");
}

}  // namespace
}  // namespace millrace
