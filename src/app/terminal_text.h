// Text from outside, made safe to show on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace millrace {

bool is_utf8(std::string_view text);

// Control characters but newline and tab, and bytes that are not UTF-8, as \xNN.
std::string terminal_text(std::string_view text);

}  // namespace millrace
