#include "event/builtin_contracts.h"

#include <algorithm>

#include "base/check.h"
#include "event/contract_file.h"
#include "event/embedded_contract.h"

namespace millrace {
namespace {

std::vector<Contract> read_all() {
  std::vector<Contract> contracts;
  for (const EmbeddedContract& embedded : embedded_contracts()) {
    auto contract = read_contract(embedded.text, embedded.file);
    MILLRACE_CHECK(contract.has_value());
    contracts.push_back(std::move(*contract));
  }
  std::ranges::sort(contracts, {}, &Contract::shape);
  return contracts;
}

}  // namespace

const std::vector<Contract>& builtin_contracts() {
  static const std::vector<Contract> contracts = read_all();
  return contracts;
}

const Contract& visit_contract() {
  const auto found = std::ranges::find(builtin_contracts(), Shape::kVisits, &Contract::shape);
  MILLRACE_CHECK(found != builtin_contracts().end());
  return *found;
}

}  // namespace millrace
