#include "http/request_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/check.h"

namespace millrace {
namespace {

std::size_t class_of(int status) {
  return static_cast<std::size_t>(std::clamp(status / 100, 0, 5));
}

}  // namespace

RequestMetrics::Route::Route(std::string_view method, std::string_view path_template)
    : labels(fmt::format("method=\"{}\",route=\"{}\"", method, path_template)) {}

RequestMetrics::RequestMetrics() {
  routes_.emplace_back("", "unmatched");
}

RequestMetrics::RouteId RequestMetrics::add_route(std::string_view method, std::string_view path_template) {
  routes_.emplace_back(method, path_template);
  return routes_.size() - 1;
}

void RequestMetrics::record(RouteId route, int status, std::chrono::nanoseconds duration) {
  MILLRACE_CHECK(route < routes_.size());
  Route& counts = routes_[route];
  const double seconds = std::chrono::duration<double>(duration).count();
  const auto bound = std::ranges::lower_bound(kBounds_seconds, seconds);
  ++counts.by_class[class_of(status)];
  ++counts.by_duration[static_cast<std::size_t>(bound - kBounds_seconds.begin())];
  counts.sum_nanos += static_cast<std::uint64_t>(duration.count());
}

std::uint64_t RequestMetrics::requests(RouteId route, int status) const {
  MILLRACE_CHECK(route < routes_.size());
  return routes_[route].by_class[class_of(status)];
}

void RequestMetrics::append_prometheus(std::string& out) const {
  auto text = std::back_inserter(out);
  out +=
      "# HELP millrace_http_requests_total Requests answered, by route and class of status.\n"
      "# TYPE millrace_http_requests_total counter\n";
  for (const Route& route : routes_) {
    for (std::size_t status = 1; status < route.by_class.size(); ++status) {
      const std::uint64_t count = route.by_class[status];
      if (count == 0) continue;
      fmt::format_to(text, "millrace_http_requests_total{{{},status=\"{}xx\"}} {}\n", route.labels, status,
                     count);
    }
  }
  out +=
      "# HELP millrace_http_request_duration_seconds From the whole request read to the answer made.\n"
      "# TYPE millrace_http_request_duration_seconds histogram\n";
  for (const Route& route : routes_) append_durations(out, route);
}

void RequestMetrics::append_durations(std::string& out, const Route& route) {
  auto text = std::back_inserter(out);
  std::uint64_t count = 0;
  std::string buckets;
  for (std::size_t i = 0; i < kBounds_seconds.size(); ++i) {
    count += route.by_duration[i];
    fmt::format_to(std::back_inserter(buckets),
                   "millrace_http_request_duration_seconds_bucket{{{},le=\"{}\"}} {}\n", route.labels,
                   kBounds_seconds[i], count);
  }
  count += route.by_duration.back();
  if (count == 0) return;
  out += buckets;
  fmt::format_to(text, "millrace_http_request_duration_seconds_bucket{{{},le=\"+Inf\"}} {}\n", route.labels,
                 count);
  fmt::format_to(text, "millrace_http_request_duration_seconds_sum{{{}}} {}\n", route.labels,
                 static_cast<double>(route.sum_nanos.load()) / 1e9);
  fmt::format_to(text, "millrace_http_request_duration_seconds_count{{{}}} {}\n", route.labels, count);
}

}  // namespace millrace
