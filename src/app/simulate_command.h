// millrace simulate: the visits of a simulated shop, as JSON lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/session.h"
#include "base/result.h"

namespace millrace {

struct SimulateOptions {
  std::uint64_t seed = 1;
  std::string start = "2024-07-01";  // the first day
  int days = 60;
  std::optional<std::uint64_t> visits;  // in all; else 100 to 199 a day
  std::string to;          // folder, made if needed, for visits-YYYY-MM-DD.jsonl; "" or "-": standard output
  std::string truth_file;  // for the true counts and sums; "": none
};

// Each file appears under its name only when it is whole, and replaces one that was there. Stopped early, the
// files of the days before stay and the command returns 130; else 0.
Result<int> simulate(const SimulateOptions& options, Session& session);

}  // namespace millrace
