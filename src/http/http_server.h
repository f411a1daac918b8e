// An HTTP/1.1 server on one address.
//
// One thread reads and writes all connections and never runs a handler; a few others run handlers and never
// touch a socket. So a connection that is slow, idle or hostile costs memory, but no thread. What is refused
// before a handler is asked (shape, size, time, host) is answered and then closed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/router.h"

namespace millrace {

struct HttpOptions {
  std::string address = "127.0.0.1";    // an IP address, or localhost
  std::uint16_t port = 8080;            // 0: any free one
  std::vector<std::string> host_names;  // further names by which it is reached; see host_check.h

  std::size_t request_threads = 4;
  std::size_t requests_waiting_max = 256;       // for a thread; further ones are answered 503
  std::size_t requests_under_way_max = 4'096;   // and not answered; further ones are answered 503
  std::size_t body_bytes_held_max = 256 << 20;  // of requests that are being read; beyond, 503
  // Further ones take the place of the one that waits longest for its client. Never more than three quarters
  // of the descriptors that the process may open.
  std::size_t connections_max = 8'192;
  std::size_t connections_per_address_max = 4'096;

  std::size_t head_size_max = 8 << 10;
  std::size_t body_size_max = 1 << 20;
  std::chrono::milliseconds head_timeout{10'000};  // from the first byte of a request to its empty line
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds body_rate_grace{5'000};  // after which a body must have come at
  std::size_t body_rate_min = 1 << 10;               // bytes a second
  std::chrono::milliseconds idle_timeout{60'000};    // between requests
  std::chrono::milliseconds write_timeout{60'000};
  std::chrono::milliseconds stop_timeout{1'500};  // for requests that are being answered
};

// `127.0.0.1:8080`, `[::1]:8080`, `:8080` (loopback), `8080`.
Result<HttpOptions> parse_listen_address(std::string_view text);

class HttpServer {
 public:
  // kConflict when the address is taken, kInvalidArgument when it is none of this machine.
  static Result<std::unique_ptr<HttpServer>> start(const HttpOptions& options, Router router);

  // Stops.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string address() const;  // `127.0.0.1:8080`, as it stands in an URL
  std::uint16_t port() const;
  std::size_t connections() const;

  // Takes no more connections, asks running handlers to stop, lets answers out for at most stop_timeout and
  // returns when all is closed. A handler that ignores its stop token holds it up. From any thread but a
  // handler's.
  void stop();

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace millrace
