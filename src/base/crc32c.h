// CRC-32C (Castagnoli, RFC 3720 §12.1), by the processor's own instruction where it has one, else by table.
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace {

// Of `bytes` behind others whose checksum is `before`.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

}  // namespace millrace
