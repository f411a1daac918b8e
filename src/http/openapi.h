// The OpenAPI 3.1 document of a route table (spec.openapis.org/oas/v3.1.0).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "http/router.h"

namespace millrace {

// Of each route it says which roles its token must have one of.
std::string openapi_document(std::span<const Route> routes, std::string_view version);

}  // namespace millrace
