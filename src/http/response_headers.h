// What is added to an answer on its way out, whoever made it.
#pragma once

#include <string>

#include "http/http_message.h"

namespace millrace {

// Picks the compressed form for those who accept it, and answers 304 to a GET whose If-None-Match names the
// ETag.
void apply_request_conditions(const HttpRequest& request, HttpResponse& response);

// A page from here loads nothing from elsewhere, runs no script that is written into it and stands in no
// frame.
void add_security_headers(HttpResponse& response);

// The head as it is sent, with its empty line. `close` tells the client that the connection ends after it.
std::string response_head(const HttpResponse& response, bool close);

}  // namespace millrace
