// Lengths of time as people write them.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace millrace {

// `500ms`, `30s`, `10m`, `2h`, `7d`, or several behind each other, such as `1h30m`, in microseconds.
Result<std::int64_t> parse_duration(std::string_view text);

}  // namespace millrace
