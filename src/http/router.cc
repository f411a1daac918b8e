#include "http/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <future>

#include "base/check.h"
#include "http/content_encoding.h"
#include "http/response_headers.h"

namespace millrace {
namespace {

bool is_placeholder(std::string_view part) {
  return part.size() > 2 && part.front() == '{' && part.back() == '}';
}

// The values of the placeholders, or nothing when the path is another.
std::optional<std::vector<NamedText>> parameters_of(const std::vector<std::string>& parts,
                                                    const std::vector<std::string>& segments) {
  if (parts.size() != segments.size()) return std::nullopt;
  std::vector<NamedText> values;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (is_placeholder(parts[i])) {
      if (segments[i].empty()) return std::nullopt;
      values.emplace_back(parts[i].substr(1, parts[i].size() - 2), segments[i]);
    } else if (parts[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return values;
}

std::string known_names(const Route& route) {
  std::string names;
  for (const RouteParameter& parameter : route.query) names += (names.empty() ? "" : ", ") + parameter.name;
  return names.empty() ? "it takes none" : "known are " + names;
}

// A misspelt parameter must not silently select everything.
std::optional<HttpResponse> refuse_query(const Route& route, const HttpRequest& request) {
  if (route.any_query) return std::nullopt;
  for (const auto& [name, value] : request.query) {
    const auto known = std::ranges::find(route.query, name, &RouteParameter::name);
    if (known == route.query.end()) {
      return error_response(400, "unknown_parameter",
                            fmt::format("{} has no parameter {}: {}", route.path, name, known_names(route)));
    }
    if (!known->values.empty() && std::ranges::find(known->values, value) == known->values.end()) {
      return error_response(
          400, "bad_parameter",
          fmt::format("{} cannot be {}: accepted are {}", name, value, fmt::join(known->values, ", ")));
    }
    if (request.query_value(name)->data() != value.data()) {
      return error_response(400, "bad_parameter", fmt::format("the parameter {} stands twice", name));
    }
  }
  return std::nullopt;
}

// What a browser wants to know before it sends what another site's page made.
HttpResponse preflight_response() {
  HttpResponse response;
  response.status = 204;
  response.cross_site = true;
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST");
  response.headers.emplace_back("Access-Control-Allow-Headers",
                                "content-type, content-encoding, authorization");
  response.headers.emplace_back("Access-Control-Max-Age", "86400");
  return response;
}

HttpResponse run_and_wait(const Route& route, HttpRequest request) {
  std::promise<HttpResponse> given;
  std::future<HttpResponse> response = given.get_future();
  Router::run(route, std::move(request),
              [&given](HttpResponse answer) { given.set_value(std::move(answer)); });
  return response.get();
}

}  // namespace

Router::Router() : metrics_(std::make_shared<RequestMetrics>()) {}

void Router::add(Route route) {
  const auto target = parse_request_target(route.path);
  MILLRACE_CHECK(target.has_value());
  MILLRACE_CHECK(!route.summary.empty());
  MILLRACE_CHECK((route.handler != nullptr) != (route.taker != nullptr));
  MILLRACE_CHECK(std::ranges::none_of(
      routes_, [&](const Route& other) { return other.method == route.method && other.path == route.path; }));
  ids_.push_back(metrics_->add_route(route.method, route.path));
  templates_.push_back(target->segments);
  routes_.push_back(std::move(route));
}

void Router::require_tokens(const TokenStore& tokens, WithoutTokens without) {
  authentication_ = std::make_shared<Authentication>(tokens, without);
}

Routed Router::find(HttpRequest& request, const std::vector<std::string>& segments) const {
  Routed routed;
  auto found = match(request.method == "HEAD" ? "GET" : request.method, segments);
  if (!found) {
    routed.cross_site = is_preflight(request, segments);
    routed.answer = routed.cross_site ? preflight_response() : refuse_unmatched(request, segments);
    return routed;
  }
  const Route& route = routes_[found->route];
  routed.id = ids_[found->route];
  routed.cross_site = route.cross_site;
  request.parameters = std::move(found->parameters);
  if (authentication_) routed.answer = authentication_->refuse(route.access, request);
  if (!routed.answer) routed.answer = refuse_query(route, request);
  if (routed.answer) routed.answer->cross_site = route.cross_site;
  if (!routed.answer) routed.route = &route;
  return routed;
}

void Router::run(const Route& route, HttpRequest request, const Answer& answer) {
  if (auto refusal = decode_body(request)) return answer(std::move(*refusal));
  try {
    if (route.taker) return route.taker(std::move(request), answer);
    answer(route.handler(request));
  } catch (const std::exception& exception) {
    answer(error_response(500, "internal", fmt::format("the request failed: {}", exception.what())));
  }
}

HttpResponse Router::respond(HttpRequest request) const {
  const auto start = std::chrono::steady_clock::now();
  const auto target = parse_request_target(request.path);
  if (!target) return error_response(400, "bad_request", "the path holds a % that no two hex digits follow");
  const Routed routed = find(request, target->segments);
  const RequestConditions conditions = conditions_of(request);
  HttpResponse response = routed.answer ? *routed.answer : run_and_wait(*routed.route, std::move(request));
  response.cross_site = routed.cross_site;
  apply_conditions(conditions, response);
  metrics_->record(routed.id, response.status, std::chrono::steady_clock::now() - start);
  return response;
}

bool Router::is_preflight(const HttpRequest& request, const std::vector<std::string>& segments) const {
  if (request.method != "OPTIONS") return false;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (routes_[i].cross_site && parameters_of(templates_[i], segments)) return true;
  }
  return false;
}

HttpResponse Router::refuse_unmatched(const HttpRequest& request,
                                      const std::vector<std::string>& segments) const {
  const std::string allowed = allowed_methods(segments);
  if (allowed.empty()) return error_response(404, "not_found", "there is nothing at " + request.path);
  HttpResponse response =
      error_response(405, "method_not_allowed",
                     fmt::format("{} does not answer {}, but {}", request.path, request.method, allowed));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

// A route without placeholders goes before one with them.
std::optional<Router::Found> Router::match(std::string_view method,
                                           const std::vector<std::string>& segments) const {
  std::optional<Found> best;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (routes_[i].method != method) continue;
    auto parameters = parameters_of(templates_[i], segments);
    if (!parameters) continue;
    if (!best || parameters->size() < best->parameters.size()) best = Found{i, std::move(*parameters)};
  }
  return best;
}

std::string Router::allowed_methods(const std::vector<std::string>& segments) const {
  std::vector<std::string> methods;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (!parameters_of(templates_[i], segments)) continue;
    methods.push_back(routes_[i].method);
    if (routes_[i].method == "GET") methods.emplace_back("HEAD");
  }
  std::ranges::sort(methods);
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  return fmt::format("{}", fmt::join(methods, ", "));
}

}  // namespace millrace
