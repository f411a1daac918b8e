// The overview as the page reads it. Money is a decimal string, times are ISO 8601 in UTC.
#pragma once

#include <string>

#include "query/overview.h"

namespace millrace {

std::string to_json(const Overview& overview);

}  // namespace millrace
