// What a fuzz target checks of each input. A broken property ends the process, and libFuzzer keeps the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"

#define FUZZ_CHECK(property) MILLRACE_CHECK(property)

namespace millrace {

inline std::string_view fuzz_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Whether `part` is a run of bytes of `whole`, not merely equal to one.
inline bool lies_inside(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace millrace
