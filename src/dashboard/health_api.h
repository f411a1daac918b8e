// The requests of the Data health screen.
#pragma once

#include "dashboard/page_queries.h"
#include "http/router.h"

namespace millrace {

// GET /v1/health/loads, /v1/health/dead-letters, /v1/dead-letters and /v1/dead-letters/{id}/payload.
// `queries` must outlive the router.
void add_health_api(Router& router, PageQueries& queries);

}  // namespace millrace
