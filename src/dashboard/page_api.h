// The requests that the page makes, which are open to other programs as well.
#pragma once

#include "dashboard/page_queries.h"
#include "http/router.h"

namespace millrace {

// GET /v1/overview, POST /v1/sql, and those of health_api.h. `queries` must outlive the router.
void add_page_api(Router& router, PageQueries& queries);

}  // namespace millrace
