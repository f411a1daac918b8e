// Versions of contracts: MAJOR.MINOR.PATCH (https://semver.org), without pre-releases.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace {

struct ContractVersion {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t patch = 0;

  friend auto operator<=>(const ContractVersion&, const ContractVersion&) = default;
};

// Nothing for a text that is no such version.
std::optional<ContractVersion> parse_contract_version(std::string_view text);

}  // namespace millrace
