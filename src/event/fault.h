// Why a value or a record is refused, in words that name the place.
#pragma once

#include <optional>
#include <string>

#include "event/reason.h"

namespace millrace {

struct Fault {
  Reason reason;
  std::string message;
};
using Check = std::optional<Fault>;  // nothing: all is well

}  // namespace millrace
