// What is added to an answer on its way out, whoever made it.
#pragma once

#include <string>

#include "http/http_message.h"

namespace millrace {

// What of a request its answer depends on.
struct RequestConditions {
  bool reads = false;  // GET or HEAD
  bool accepts_gzip = false;
  std::string if_none_match;
};

RequestConditions conditions_of(const HttpRequest& request);

// Picks the compressed form for those who accept it, and answers 304 to a GET whose If-None-Match names the
// ETag.
void apply_conditions(const RequestConditions& conditions, HttpResponse& response);

// The head as it is sent, with its empty line. A page from here loads nothing from elsewhere, runs no script
// that is written into it and stands in no frame: every answer says so. `close` tells the client that the
// connection ends after it.
void append_response_head(std::string& out, const HttpResponse& response, bool close);

}  // namespace millrace
