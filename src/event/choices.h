// What a value may be, for messages.
#pragma once

#include <span>
#include <string>

namespace millrace {

// `a, b or c`; of many only how many they are and the first. Never long, and safe to show on a terminal.
std::string choices_in_words(std::span<const std::string> choices);

}  // namespace millrace
