// Pieces of JSON text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace millrace {

// The same JSON value without line breaks and blanks between its parts; nothing when it is not JSON.
std::optional<std::string> compact_json(std::string_view text);

}  // namespace millrace
