// Is this the head of a request that every program between the client and here reads alike? Decided from its
// bytes, stricter than RFC 9112 where a lenient reader and a strict one could disagree about where a request
// ends (request smuggling), before any library parses it.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/http_message.h"

namespace millrace {

struct RequestHead {
  std::string method;
  std::string target;  // /path?query
  int minor_version = 1;
  std::vector<NamedText> headers;  // names in lower case, values without blanks around
  std::uint64_t content_length = 0;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;
};

// Why a request is refused; the connection is closed after telling.
struct ShapeFault {
  int status = 400;
  std::string_view code;
  std::string message;
};

// The fault in a head that has not come whole, looked for from `from` on: a byte that no head has.
std::optional<ShapeFault> find_broken_byte(std::string_view part, std::size_t from);

// `head` is everything up to and with the empty line.
std::expected<RequestHead, ShapeFault> parse_request_head(std::string_view head);

}  // namespace millrace
