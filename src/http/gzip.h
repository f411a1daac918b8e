// Compresses answers that are made on request.
#pragma once

#include <string>
#include <string_view>

namespace millrace {

// `bytes` as one gzip member, at a level that costs little time.
std::string gzip(std::string_view bytes);

}  // namespace millrace
