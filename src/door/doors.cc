#include "door/doors.h"

#include <utility>

#include "door/collect.h"
#include "door/intake.h"
#include "door/pixel.h"
#include "door/push.h"

namespace millrace {
namespace {

// How long a shop's visitors may go on with the tracker that they have.
constexpr std::string_view kTrackerCaching = "public, max-age=3600";

void add_tracker(Router& router, const TrackerScript& script, const DoorOptions& options) {
  Route route(Access::kPublic);
  route.method = "GET";
  route.path = options.tracker_path;
  route.summary = "The script that a shop's pages send their visits with";
  route.any_query = true;  // shops put versions there
  route.response_types = {"text/javascript"};
  route.cross_site = true;
  route.handler = [script](const HttpRequest&) {
    HttpResponse response;
    response.content_type = "text/javascript; charset=utf-8";
    response.static_body = script.bytes;
    response.static_gzip_body = script.gzip_bytes;
    response.etag = script.etag;
    response.cache_control = kTrackerCaching;
    return response;
  };
  router.add(std::move(route));
}

}  // namespace

void add_doors(Router& router, TopicLog& log, const Clock& clock, std::shared_ptr<DoorMetrics> metrics,
               const TrackerScript& tracker, const DoorOptions& options) {
  const Intake intake(log, clock, std::move(metrics));
  add_collect(router, intake, options);
  add_pixel(router, intake, options);
  add_push(router, intake, options);
  add_tracker(router, tracker, options);
}

}  // namespace millrace
