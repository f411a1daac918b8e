// The table of routes: who answers which request, and what the documentation says about it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/access.h"
#include "http/answer.h"
#include "http/authentication.h"
#include "http/http_message.h"
#include "http/request_metrics.h"
#include "http/request_target.h"

namespace millrace {

struct RouteParameter {
  std::string name;
  std::string description;
  std::vector<std::string> values;  // what is accepted; empty for any text
};

struct Route {
  using Handler = std::function<HttpResponse(const HttpRequest&)>;
  // Takes the request over and answers it when it can. Must not block: it may run on the I/O thread. Its
  // request's stop token is never requested, and its answers are not compressed.
  using Taker = std::function<void(HttpRequest, Answer)>;

  explicit Route(Access who) : access(who) {}

  Access access;                    // who may ask
  std::string method;               // GET also answers HEAD
  std::string path;                 // /v1/things/{name}: a part in braces stands for any one segment
  std::string summary;              // for the documentation: every route has one
  Handler handler;                  // called from several threads at once
  Taker taker = {};                 // instead of a handler
  std::size_t inline_body_max = 0;  // a taker gets plain bodies up to this size on the I/O thread
  bool cross_site = false;          // other sites' pages may send here, as the tracker in a shop's page does
  std::vector<RouteParameter> query;  // what may stand after the question mark; anything else is refused
  bool any_query = false;             // nothing after the question mark is refused, nor looked at
  std::string request_type;           // media type of the body; "" for none
  std::vector<std::string> response_types = {"application/json"};
};

// What is known of a request before its body is read.
struct Routed {
  const Route* route = nullptr;        // who answers; nullptr when `answer` is there already
  std::optional<HttpResponse> answer;  // a refusal, as a rule
  RequestMetrics::RouteId id = RequestMetrics::kUnmatched;
  bool cross_site = false;  // other sites' pages may read the answer
};

// Filled at start-up, then only read: from then on thread-safe. Copies share their metrics.
class Router {
 public:
  Router();

  // Two routes must not answer the same request: the program ends at start-up.
  void add(Route route);

  // From now on each route asks for the access it was added with. `tokens` outlives the router and its
  // copies.
  void require_tokens(const TokenStore& tokens, WithoutTokens without);

  // Looks at all of a request but its body, and fills in its parameters. Never fails: what no route answers
  // and what a route does not know is an answer. `segments` are those of its path.
  Routed find(HttpRequest& request, const std::vector<std::string>& segments) const;

  // Decodes the body and has the route answer; what it throws becomes an answer, too.
  static void run(const Route& route, HttpRequest request, const Answer& answer);

  // All of it in one call, that waits for the answer: what a client would get, but for the headers that are
  // the same in every answer.
  HttpResponse respond(HttpRequest request) const;

  const std::vector<Route>& routes() const { return routes_; }
  const std::shared_ptr<RequestMetrics>& metrics() const { return metrics_; }

 private:
  struct Found {
    std::size_t route;
    std::vector<NamedText> parameters;
  };

  std::optional<Found> match(std::string_view method, const std::vector<std::string>& segments) const;
  bool is_preflight(const HttpRequest& request, const std::vector<std::string>& segments) const;
  HttpResponse refuse_unmatched(const HttpRequest& request, const std::vector<std::string>& segments) const;
  std::string allowed_methods(const std::vector<std::string>& segments) const;

  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> templates_;  // of each route, cut at its slashes
  std::vector<RequestMetrics::RouteId> ids_;
  std::shared_ptr<RequestMetrics> metrics_;
  std::shared_ptr<Authentication> authentication_;  // nullptr: everybody may do everything
};

}  // namespace millrace
