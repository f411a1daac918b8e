#include "app/contract_choice.h"

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "base/file_descriptor.h"
#include "base/limits.h"
#include "base/nearest_word.h"
#include "event/contract_file.h"
#include "warehouse/contract_store.h"

namespace millrace {
namespace {

namespace fs = std::filesystem;

Error unknown(const std::string& name, const ContractStore& contracts) {
  std::vector<std::string> names;
  std::string list;
  for (const Contract* contract : contracts.all()) {
    names.push_back(contract->name);
    list += (list.empty() ? "" : ", ") + contract->name;
  }
  const auto near = nearest_word(name, names);
  return {ErrorCode::kNotFound, fmt::format("there is no contract or file {}{} (contracts: {})", name,
                                            near ? "; did you mean " + *near + "?" : "", list)};
}

}  // namespace

Result<const Contract*> find_contract(const std::string& name_or_file, ContractStore& contracts,
                                      const Session& session) {
  if (const Contract* known = contracts.find(name_or_file)) return known;
  const fs::path path = session.folder() / name_or_file;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::unexpected(unknown(name_or_file, contracts));
  MILLRACE_ASSIGN(const std::string text, read_whole_file(path.string(), kContractSizeMax));
  MILLRACE_ASSIGN(const Contract contract, read_contract(text, name_or_file));
  return contracts.know(contract);
}

}  // namespace millrace
