// Base64 (RFC 4648).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace millrace {

// With padding, in the alphabet of § 4.
std::string base64(std::string_view bytes);

// Both alphabets, also mixed; padding may be missing, but not be wrong. Nothing for anything else, blanks and
// line ends included.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace millrace
