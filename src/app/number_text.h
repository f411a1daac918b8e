// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace millrace {

std::string with_commas(std::uint64_t number);  // 1,234,567

}  // namespace millrace
