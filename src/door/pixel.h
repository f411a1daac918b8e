// GET /v1/pixel.gif: a page view of a page without script, as an image of one transparent point.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "door/doors.h"
#include "door/intake.h"
#include "http/http_message.h"
#include "http/router.h"

namespace millrace {

// The visit with one page view that a request for the pixel tells of, as JSON. What the request does not say
// is not in it, and the engine refuses a visit that lacks what it must have.
std::string pixel_visit(const HttpRequest& request, Timestamp now);

// desktop, mobile or tablet.
std::string_view device_type_of(std::string_view user_agent);

void add_pixel(Router& router, const Intake& intake, const DoorOptions& options);

}  // namespace millrace
