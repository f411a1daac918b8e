// Sends requests to an address that a person named.
//
// Only http and https, no redirects; certificates are always checked; every request ends within its timeout;
// none is sent twice.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace millrace {

struct HttpClientOptions {
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds request_timeout{30'000};
  std::string bearer_token = {};  // "" for none
  bool gzip = false;              // bodies go out compressed
};

struct HttpAnswer {
  int status = 0;
  std::string body;                                 // its first kSendAnswerMax bytes
  std::optional<std::chrono::seconds> retry_after;  // when the server says it in seconds
};

// Keeps its connection open between requests. For one thread at a time.
class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Any answer is a value, whatever its status. kInvalidArgument for an address that is none; kNotFound when
  // there was nobody to send to, so that nothing was sent; kUnavailable when the connection broke or the time
  // was over: the server may have done what was asked; kCancelled when `stop` was requested: likewise.
  Result<HttpAnswer> post(const std::string& url, std::string_view content_type, std::string_view body,
                          const std::stop_token& stop);

 private:
  class Handle;

  HttpClientOptions options_;
  std::unique_ptr<Handle> handle_;
};

// As a value in the query of a URL.
std::string percent_encoded(std::string_view text);

// Whether it starts as addresses that an HttpClient can be asked for.
bool is_http_url(std::string_view text);

}  // namespace millrace
