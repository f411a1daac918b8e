// The path and the query of a request, decoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/http_message.h"

namespace millrace {

struct RequestTarget {
  std::string path;  // as it came
  std::vector<std::string>
      segments;  // between its slashes, decoded: /a/b%20c is "a", "b c"; / is one empty segment
  std::vector<NamedText> query;  // decoded, + is a blank
};

// `target` starts with a slash. Nothing when an escape is not two hex digits, or stands for a NUL.
std::optional<RequestTarget> parse_request_target(std::string_view target);

}  // namespace millrace
