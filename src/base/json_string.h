// Text as a JSON string.
#pragma once

#include <string>
#include <string_view>

namespace millrace {

// Appends `text` as a JSON string with its quotes. `<` and line separators are escaped as well, so that the
// result may stand inside a script element. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

std::string json_quoted(std::string_view text);  // the same, alone

}  // namespace millrace
