// Contracts as files: YAML in the shape of the Open Data Contract Standard v3.1 (https://bitol.io), with what
// only Millrace needs under customProperties. The only place that knows YAML.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/contract.h"

namespace millrace {

// Something to say of a contract file.
struct ContractFinding {
  bool is_error = true;  // else a warning: the contract can be used
  std::size_t line = 0;  // from 1; 0: the file as a whole
  std::size_t column = 0;
  std::string message;  // what is wrong
  std::string remedy;   // what to write instead

  // `contracts/x.yaml:12:7: error: …; …`
  std::string text(std::string_view file) const;
};

struct ParsedContract {
  Contract contract;  // meaningless with errors
  std::vector<ContractFinding> findings;

  bool has_errors() const;
};

// Any bytes: bounded in size, depth and aliases. Never fails: what is wrong is in the findings, all that can
// be told at once, in order of their places.
ParsedContract parse_contract(std::string_view yaml);

// The contract, or kInvalidArgument with all errors, each with its place in `file`.
Result<Contract> read_contract(std::string_view yaml, std::string_view file);

}  // namespace millrace
