// The files of contracts/, made part of the program by cmake/EmbedContracts.cmake when it is built.
#pragma once

#include <span>
#include <string_view>

namespace millrace {

// Everything lives as long as the program.
struct EmbeddedContract {
  std::string_view file;  // `contracts/visits.yaml`
  std::string_view text;
};

// Sorted by file.
std::span<const EmbeddedContract> embedded_contracts();

}  // namespace millrace
