// Numbers as people read and write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

std::string with_commas(std::uint64_t number);  // 1,234,567

// `10GB`, `64MiB`, `1000`: bytes; kB, MB, GB and TB are powers of 1,000, KiB to TiB of 1,024.
std::optional<std::uint64_t> parse_size(std::string_view text);
std::string size_text(std::uint64_t bytes);  // 1.5 GB

// `30s`, `15m`, `12h`, `7d`, `2w`: seconds.
std::optional<std::int64_t> parse_duration(std::string_view text);
std::string duration_text(std::int64_t seconds);  // as parse_duration reads it: 7d

}  // namespace millrace
