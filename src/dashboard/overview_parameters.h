// What a reader may ask of the overview, as parameters of an address.
#pragma once

#include <vector>

#include "base/result.h"
#include "http/http_message.h"
#include "http/router.h"
#include "query/overview.h"

namespace millrace {

// For the route table: the router refuses what is not named here.
std::vector<RouteParameter> overview_parameters();

// An empty value is a mistake, not "any".
Result<OverviewRequest> parse_overview_request(const HttpRequest& request);

}  // namespace millrace
