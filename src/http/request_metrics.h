// Counts and durations of requests by route, in Prometheus' text format.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace millrace {

// Labels come from route templates only, so that no client can make a new series. Thread-safe but for
// add_route, which belongs to start-up.
class RequestMetrics {
 public:
  using RouteId = std::size_t;

  // What matched no route, or was refused before a route was looked for.
  static constexpr RouteId kUnmatched = 0;

  RequestMetrics();
  RouteId add_route(std::string_view method, std::string_view path_template);
  void record(RouteId route, int status, std::chrono::nanoseconds duration);

  std::uint64_t requests(RouteId route, int status) const;  // with a status of the same class

  // Appends millrace_http_requests_total and millrace_http_request_duration_seconds.
  void append_prometheus(std::string& out) const;

 private:
  static constexpr std::array<double, 11> kBounds_seconds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                             0.1,   0.25,   0.5,   1,    10};
  struct Route {
    Route(std::string_view method, std::string_view path_template);

    std::string labels;
    std::array<std::atomic<std::uint64_t>, 6> by_class{};  // [2] is 2xx
    std::array<std::atomic<std::uint64_t>, kBounds_seconds.size() + 1> by_duration{};
    std::atomic<std::uint64_t> sum_nanos = 0;
  };

  static void append_durations(std::string& out, const Route& route);

  std::deque<Route> routes_;  // grows without moving
};

}  // namespace millrace
