// Any bytes as a contract: nothing crashes, every finding has its place, and a contract without errors has
// all that decoders and tables rely on.
#include <algorithm>
#include <cstring>
#include <memory>
#include <set>
#include <string>

#include "base/limits.h"
#include "event/contract_diff.h"
#include "event/contract_file.h"
#include "event/contract_match.h"
#include "event/contract_version.h"
#include "event/row_decoder.h"
#include "property.h"

namespace millrace {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return result;
}

void check_finding(const ContractFinding& finding, std::size_t lines) {
  FUZZ_CHECK(finding.line <= lines + 1);
  FUZZ_CHECK(!finding.message.empty() && !finding.remedy.empty());
  FUZZ_CHECK(finding.text("x").size() < 4'000);
}

void check_property(const ContractProperty& property) {
  FUZZ_CHECK(!property.name.empty() && !property.column.empty() && property.column.size() <= 48);
  FUZZ_CHECK(!property.minimum || !property.maximum || *property.minimum <= *property.maximum);
  FUZZ_CHECK(!property.time_format || property.type == ValueType::kTimestamp);
  FUZZ_CHECK(property.strip_suffix.empty() || property.type == ValueType::kText);
}

void check_event_type(const Contract& contract) {
  if (!contract.event_type) return;
  const auto time = contract.property_for(CanonicalField::kEventTime);
  FUZZ_CHECK(time && contract.properties[*time].required &&
             contract.properties[*time].type == ValueType::kTimestamp);
  const EventTypeRule& rule = *contract.event_type;
  FUZZ_CHECK(rule.property < contract.properties.size());
  FUZZ_CHECK((rule.kind == EventTypeRule::Kind::kConstant) == rule.cases.empty());
}

void check_contract(const Contract& contract, std::string_view text) {
  FUZZ_CHECK(contract.text == text);
  FUZZ_CHECK(!contract.name.empty() && contract.name.size() <= 48);
  FUZZ_CHECK(parse_contract_version(contract.version).has_value());
  FUZZ_CHECK(contract.is_nested() == contract.properties.empty());
  FUZZ_CHECK(contract.properties.size() <= kContractPropertiesMax);
  std::set<std::string> columns;
  for (const ContractProperty& property : contract.properties) {
    check_property(property);
    FUZZ_CHECK(columns.insert(lower(property.column)).second);
  }
  check_event_type(contract);
  if (contract.identity.id) FUZZ_CHECK(*contract.identity.id < contract.properties.size());
  for (const std::size_t field : contract.identity.fields) FUZZ_CHECK(field < contract.properties.size());
  const ContractDiff same = diff_contracts(contract, contract);
  FUZZ_CHECK(same.changes.empty() && same.version_fault.empty());
}

// A decoder can be made of it, and takes any record: here, its own text.
void check_decoder(const Contract& contract, std::string_view text) {
  if (contract.is_nested()) return;
  RowDecoder decoder(contract);
  const std::size_t size = std::min<std::size_t>(text.size(), 1'000);
  const auto memory = std::make_unique<char[]>(size + RowDecoder::kPadding);
  std::memcpy(memory.get(), text.data(), size);
  decoder.decode({memory.get(), size}, *parse_timestamp("2024-08-01"), 1);
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  const std::string_view text = fuzz_text(data, size);
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  const ParsedContract parsed = parse_contract(text);
  for (const ContractFinding& finding : parsed.findings) check_finding(finding, lines);
  FUZZ_CHECK(parsed.findings.size() <= kContractFindingsMax + 1);
  if (parsed.has_errors()) return 0;
  check_contract(parsed.contract, text);
  check_decoder(parsed.contract, text);
  match_contract(text, {&parsed.contract});
  return 0;
}
