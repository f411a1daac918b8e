// Settles the records that epochs set aside: with no other epoch running, each is compared with what is
// stored, and what is new in it is added.
#pragma once

#include "base/result.h"
#include "engine/sink.h"
#include "engine/tally.h"

namespace millrace {

// Until none is left. No epoch may run meanwhile. Every transaction in it is whole: stopped at any point, the
// next call goes on. The tallies count what became of them; `pending` in them is how many were settled.
Result<Tallies> settle_pending(Sink& sink);

}  // namespace millrace
