// Settles the records that epochs set aside: with no other epoch running, each is compared with what is
// stored, and what is new in it is added to its visit.
#pragma once

#include "base/result.h"
#include "engine/sink.h"
#include "engine/tally.h"

namespace millrace {

// Until none is left. No epoch may run meanwhile. Every transaction in it is whole: stopped at any point, the
// next call goes on. The tally counts what became of them; `pending` in it is how many were settled.
Result<Tally> settle_pending(Sink& sink);

}  // namespace millrace
