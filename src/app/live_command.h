// millrace simulate --visits-per-minute: the simulated shop as it lives.
#pragma once

#include <memory>

#include "app/record_sender.h"
#include "app/simulate_command.h"
#include "base/clock.h"

namespace millrace {

// Whether the records go to an address, for which no data folder is needed.
bool goes_to_address(const SimulateOptions& options);

// With the token that the options, or else MILLRACE_TOKEN, have.
Result<std::unique_ptr<RecordSender>> sender_to_address(const SimulateOptions& options,
                                                        const Session& session);

// Until the time is over or the session is stopped, which is as good an end. 4 when some records were not
// acknowledged within 30 seconds of the end.
Result<int> simulate_live(const SimulateOptions& options, RecordSender& sender, const Clock& clock,
                          Session& session);

}  // namespace millrace
