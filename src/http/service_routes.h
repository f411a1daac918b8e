// Routes that every server has: is it alive, can it serve, what has it done, what does it offer.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "http/router.h"

namespace millrace {

// Called from several threads at once; an absent function is a good answer.
struct ServiceState {
  std::string version;
  std::function<Status()> alive;                     // an error: restart me
  std::function<Status()> ready;                     // an error: send me nothing now
  std::function<void(std::string&)> append_metrics;  // further ones, in Prometheus' text format
};

// GET /healthz, /readyz, /metrics and /openapi.json. The last route to be added before the server starts: the
// document describes the routes that are there.
void add_service_routes(Router& router, ServiceState state);

}  // namespace millrace
