// The doors through which other programs and pages bring events: POST /v1/collect, GET /v1/pixel.gif, the
// tracker's script, and POST /push/{topic}. Each ends in one append to a topic, and is answered when that is
// durable. Doors carry bytes: whether a record is sound, the engine says.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/limits.h"
#include "door/door_metrics.h"
#include "http/router.h"
#include "log/topic_log.h"

namespace millrace {

struct DoorOptions {
  std::string default_topic = "visits";  // of collect, pixel and tracker
  std::string dead_letter_topic = "dead-letter";
  std::string tracker_path = "/t.js";
  std::size_t events_max = kRequestEventsMax;  // of one request
  std::size_t event_size_max = kEventSizeMax;
};

// The tracker, built from web/: bytes that live as long as the program.
struct TrackerScript {
  std::string_view bytes;
  std::string_view gzip_bytes;
  std::string_view etag;  // with its quotes
};

// `log` and `clock` outlive the router. The log may tell what became of an append when the router is gone.
void add_doors(Router& router, TopicLog& log, const Clock& clock, std::shared_ptr<DoorMetrics> metrics,
               const TrackerScript& tracker, const DoorOptions& options = {});

}  // namespace millrace
