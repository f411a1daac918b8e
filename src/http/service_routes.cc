#include "http/service_routes.h"

#include <utility>
#include <vector>

#include "http/openapi.h"

namespace millrace {
namespace {

HttpResponse text_response(std::string body, std::string content_type) {
  HttpResponse response;
  response.content_type = std::move(content_type);
  response.body = std::move(body);
  return response;
}

Route::Handler state_handler(std::function<Status()> state) {
  return [state = std::move(state)](const HttpRequest&) {
    const Status status = state ? state() : Status{};
    if (!status.has_value()) return error_response(503, name(status.error().code), status.error().message);
    return text_response("{\"status\":\"ok\"}\n", "application/json");
  };
}

Route simple_get(Access access, std::string path, std::string summary, Route::Handler handler) {
  Route route(access);
  route.method = "GET";
  route.path = std::move(path);
  route.summary = std::move(summary);
  route.handler = std::move(handler);
  return route;
}

}  // namespace

void add_service_routes(Router& router, ServiceState state) {
  router.add(
      simple_get(Access::kPublic, "/healthz", "Is the program alive", state_handler(std::move(state.alive))));
  router.add(
      simple_get(Access::kPublic, "/readyz", "Can it serve requests", state_handler(std::move(state.ready))));

  Route metrics =
      simple_get(Access::kRead, "/metrics", "Metrics in Prometheus' text format",
                 [counts = router.metrics(), more = std::move(state.append_metrics)](const HttpRequest&) {
                   std::string text;
                   counts->append_prometheus(text);
                   if (more) more(text);
                   return text_response(std::move(text), "text/plain; version=0.0.4; charset=utf-8");
                 });
  metrics.response_types = {"text/plain"};
  router.add(std::move(metrics));

  Route document = simple_get(Access::kPublic, "/openapi.json", "This description, as OpenAPI 3.1", {});
  std::vector<Route> described = router.routes();
  described.push_back(document);
  document.handler = [text = openapi_document(described, state.version)](const HttpRequest&) {
    return text_response(text, "application/json");
  };
  router.add(std::move(document));
}

}  // namespace millrace
