// A request as handlers see it, and their answer. Plain values: no socket, no library type.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/token_store.h"
#include "base/result.h"

namespace millrace {

using NamedText = std::pair<std::string, std::string>;

struct HttpRequest {
  std::string method;                 // GET, POST, …; a HEAD request keeps its name
  std::string path;                   // as it came, percent signs and all, without the query
  std::vector<NamedText> query;       // decoded, in their order
  std::vector<NamedText> headers;     // names in lower case
  std::vector<NamedText> parameters;  // what the `{name}` parts of the route's path stood for, decoded
  std::string body;
  std::string remote_address;
  std::optional<Identity> identity;  // whose token it brought; nothing where none is needed
  std::stop_token stop;  // requested when the client has gone or the server stops: answer soon, whatever

  // The first of that name; lower case for headers.
  std::optional<std::string_view> header(std::string_view name) const;
  std::optional<std::string_view> query_value(std::string_view name) const;
  std::string_view parameter(std::string_view name) const;  // "" when the route has none of that name
};

struct HttpResponse {
  int status = 200;
  std::string content_type;
  std::string body;
  // Instead of `body`: bytes that live as long as the program, and the same compressed by gzip, sent to those
  // who accept it.
  std::string_view static_body;
  std::string_view static_gzip_body;
  std::string etag;  // with its quotes, perhaps behind W/; "" for none. A GET that has it is answered 304.
  std::string cache_control;       // "" means no-store
  bool cross_site = false;         // other sites' pages may read it
  std::vector<NamedText> headers;  // further ones

  std::string_view content() const {
    return static_body.data() == nullptr ? std::string_view(body) : static_body;
  }
};

// {"error":{"code":…,"message":…}}: what every refusal looks like.
HttpResponse error_response(int status, std::string_view code, std::string_view message);

// The status that says to a client what kind of error it is.
HttpResponse error_response(const Error& error);

// "Not Found" for 404.
std::string_view reason_phrase(int status);

}  // namespace millrace
