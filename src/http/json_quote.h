// Text as a JSON string, for error bodies and the OpenAPI document.
#pragma once

#include <string>
#include <string_view>

namespace millrace {

// With its quotes. Bytes beyond ASCII stay as they are but for broken UTF-8, whose bytes become `?`.
std::string json_quoted(std::string_view text);

}  // namespace millrace
