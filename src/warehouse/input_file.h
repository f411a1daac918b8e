// A file to be read, and the contract that its records follow.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/contract.h"
#include "warehouse/byte_stream.h"

namespace millrace {

struct InputFile {
  std::string name;  // as a person wrote it; it is stored with every row
  std::string path;  // where it is; "-" for standard input
  const Contract* contract = nullptr;
  std::shared_ptr<ByteStream> opened =
      {};  // what cannot be opened twice: standard input, pipes; from its first byte on
};

struct FileFailure {
  std::string file;
  Error error;
};

// `standard_input` is the descriptor of the file "-".
Result<std::shared_ptr<ByteStream>> open_input(const InputFile& file, int standard_input,
                                               const std::stop_token& stop);

// Finds the contract of the file among `contracts` by its first records. kInvalidArgument, with a question
// for a person, when several fit equally or none does. An empty file gets the first contract: it has no
// records.
Status tell_contract(InputFile& file, int standard_input, const std::vector<const Contract*>& contracts,
                     const std::stop_token& stop);

}  // namespace millrace
