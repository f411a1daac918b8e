// POST /v1/collect: events of any program as JSON.
#pragma once

#include "door/doors.h"
#include "door/intake.h"
#include "http/router.h"

namespace millrace {

void add_collect(Router& router, const Intake& intake, const DoorOptions& options);

}  // namespace millrace
