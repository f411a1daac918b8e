// Which contract the records of a file follow, told by their names: the header of a CSV file, the members of
// its first JSON objects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/contract.h"

namespace millrace {

struct ContractMatch {
  std::vector<const Contract*> best;  // one: it is that; several: they fit equally; none: nothing fits
  std::string nearest;  // when nothing fits: which comes nearest and what it lacks, for a person
};

// `head` is the start of the file, decompressed; its last record may be cut. A contract fits when each of its
// required properties is there. The one that knows more of the names is the better.
ContractMatch match_contract(std::string_view head, const std::vector<const Contract*>& contracts);

}  // namespace millrace
