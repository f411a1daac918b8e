// The bodies of batches as they are stored: plain, or compressed where that is smaller.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "log/record_codec.h"

namespace millrace {

// Sets `out` to the parts compressed with zstd; false when that is not smaller than they are.
bool compress(std::span<const std::string_view> parts, std::string& out);

// The plain body of a batch: `stored` itself, or what it decompresses to, in `scratch`. kCorrupt.
Result<std::string_view> plain_body(const BatchHeader& header, std::string_view stored, std::string& scratch);

}  // namespace millrace
