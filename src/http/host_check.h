// Keeps other people's web pages out: a page that a browser has loaded from elsewhere can send requests to a
// server on the same machine, and with DNS rebinding even read the answers. Such a request names another
// host.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/http_message.h"

namespace millrace {

class HostCheck {
 public:
  // `address` is what the server listens on; `names` are further ones it is reached by. On loopback, Host
  // must be one of them or localhost. On another address any name leads here, unless `names` says which.
  HostCheck(std::string_view address, std::vector<std::string> names);

  // 421 for a Host that is not this server's.
  std::optional<HttpResponse> refuse_host(const HttpRequest& request) const;
  // 403 for a write that another site's page sends.
  std::optional<HttpResponse> refuse_origin(const HttpRequest& request) const;

 private:
  bool is_ours(std::string_view host) const;

  std::vector<std::string> names_;  // empty: any
};

// `Example.com:8080` is example.com, `[::1]:80` is ::1.
std::string host_name(std::string_view authority);

bool is_loopback_address(std::string_view address);

}  // namespace millrace
