// What changes for readers and senders when a contract is replaced by another version of itself.
//
// Breaking is what makes a reader's query or a sender's record fail, or quietly mean something else: a column
// that goes or changes its type, a rule that refuses what was stored before, another identity. Compatible is
// what only adds or allows more. Wording is what only people read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/contract.h"

namespace millrace {

enum class ChangeKind { kBreaking, kCompatible, kWording };

// `breaking`, `compatible`, `wording`.
std::string_view name(ChangeKind kind);

struct ContractChange {
  ChangeKind kind = ChangeKind::kCompatible;
  std::string what;  // `property price: minimum is 1, was 0`
  std::string why;   // what it means for whom
};

struct ContractDiff {
  std::vector<ContractChange> changes;  // in the order of the contract's parts; empty: both mean the same
  std::string version_fault;            // why the new version's number does not say so; empty: it does

  bool is_breaking() const;
};

// Breaking changes ask for a higher MAJOR, others for a higher MINOR or MAJOR. Texts for people
// (descriptions, classification) are compatible changes.
ContractDiff diff_contracts(const Contract& before, const Contract& after);

}  // namespace millrace
