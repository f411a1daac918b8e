// The tables of the warehouse and their upkeep from one version of the program to the next.
#pragma once

#include "base/result.h"
#include "warehouse/database.h"

namespace millrace {

// Creates what is missing. A warehouse written by a newer program is refused with a clear message.
Status prepare_schema(Connection& connection);

}  // namespace millrace
