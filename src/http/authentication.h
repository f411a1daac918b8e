// Who asks, by the token that a request brings, and may they?
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "access/token_store.h"
#include "http/http_message.h"

namespace millrace {

// Bounds how often an address may bring tokens that nobody has. Thread-safe.
class FailedLogins {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Counts one; false when there were too many lately.
  bool note(const std::string& address, Time now);

 private:
  struct Count {
    double failures = 0;  // fewer with time
    Time at;
  };

  std::mutex mutex_;
  std::unordered_map<std::string, Count> counts_;
};

enum class WithoutTokens { kOpen, kClosed };

// Thread-safe.
class Authentication {
 public:
  // `tokens` outlives it. While there is none in it, everybody is let in, or nobody.
  Authentication(const TokenStore& tokens, WithoutTokens without)
      : tokens_(tokens), open_without_(without == WithoutTokens::kOpen) {}

  // 401 without a token that is known, 403 for one whose role may not, 429 for too many wrong ones; a right
  // one always passes, so that who shares an address with an attacker is not locked out. A token comes as
  // Authorization: Bearer, as the password of Authorization: Basic (so browsers can ask for it), or, where
  // events are sent to, as ?token=, since a page that is being left cannot set headers. Sets the request's
  // identity, and takes the secret out of it.
  std::optional<HttpResponse> refuse(Access access, HttpRequest& request);

 private:
  HttpResponse refuse_unknown(Access access, const std::string& address);

  const TokenStore& tokens_;
  const bool open_without_;
  FailedLogins failed_;
};

}  // namespace millrace
