// A small contract for tests, and ways to change its text.
#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "event/contract_file.h"

namespace millrace {

inline constexpr std::string_view kSalesYaml = R"(kind: DataContract
apiVersion: v3.1.0
id: test-sales
name: sales
version: 1.2.3
status: active
description:
  purpose: What was sold.
schema:
  - name: sale
    logicalType: object
    properties:
      - name: id
        logicalType: string
        required: true
      - name: at
        logicalType: timestamp
        required: true
        logicalTypeOptions: {format: "yyyy-MM-dd HH:mm"}
      - name: kind
        logicalType: string
        required: true
        quality:
          - {metric: invalidValues, mustBe: 0, arguments: {validValues: [sold, returned]}}
      - name: product
        logicalType: string
        logicalTypeOptions: {minLength: 1, maxLength: 20}
      - name: price
        logicalType: number
        logicalTypeOptions: {minimum: 0, maximum: 99.5}
        quality:
          - {metric: missingValues, arguments: {missingValues: ["n/a", "-"]}}
    customProperties:
      - property: millrace
        value:
          format: csv
          csv: {delimiter: ";", header: optional}
          mapping: {event_time: at, product_id: product, price: price}
          event_type: {property: kind, values: {sold: purchase, returned: refund}}
          identity: {id: id}
          currency: EUR
)";

// The text with `from`, which must be in it, replaced by `to`.
inline std::string with(std::string_view text, std::string_view from, std::string_view to) {
  std::string result(text);
  const std::size_t at = result.find(from);
  if (at == std::string::npos) throw std::runtime_error("not in the contract: " + std::string(from));
  return result.replace(at, from.size(), to);
}

// The contract, which has nothing wrong.
inline Contract contract_of(std::string_view yaml) {
  ParsedContract parsed = parse_contract(yaml);
  for (const ContractFinding& finding : parsed.findings) {
    if (finding.is_error) throw std::runtime_error(finding.text("contract"));
  }
  return std::move(parsed.contract);
}

}  // namespace millrace
