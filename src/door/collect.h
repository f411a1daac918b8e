// POST /v1/collect, GET /v1/pixel.gif, GET /t.js and POST /push/{topic}: each ends in one append to a topic,
// and is answered when that is durable. Doors carry bytes: whether a record is sound, the engine says;
// `?verbose=1` asks the same decoders in advance.
#pragma once

#include "base/clock.h"
#include "http/router.h"
#include "log/topic_log.h"

namespace millrace {

struct DoorOptions {
  std::string default_topic = "visits";  // of collect, pixel and tracker
  std::string tracker_path = "/t.js";
  std::size_t events_max = 1'000;  // of one request
  std::size_t event_size_max = 256 << 10;
};

// Of collect, by how a request ended; thread-safe.
class DoorMetrics;

// `log` outlives the router.
void add_doors(Router& router, TopicLog& log, const Clock& clock, const DoorOptions& options);

}  // namespace millrace
