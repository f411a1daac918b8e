// POST /push/{topic}: messages of a Google Pub/Sub push subscription.
//
// Pub/Sub sends again what is not answered by a 2xx. So what no repetition can mend is kept as a dead letter
// and acknowledged, and only an outage, that passes, is not.
#pragma once

#include "door/doors.h"
#include "door/intake.h"
#include "http/router.h"

namespace millrace {

void add_push(Router& router, const Intake& intake, const DoorOptions& options);

}  // namespace millrace
