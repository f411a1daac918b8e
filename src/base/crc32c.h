// CRC-32C (Castagnoli, RFC 3720 §12.1), by the processor's own instruction where it has one, else by table.
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace {

// Of `bytes` behind others whose checksum is `before`.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

// The same on every processor; for those without the instruction, and to compare.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before = 0);

}  // namespace millrace
