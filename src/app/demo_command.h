// millrace demo: the platform with the visits of a simulated shop.
#pragma once

#include <cstdint>
#include <string>

#include "app/run_command.h"

namespace millrace {

struct DemoOptions {
  RunOptions run;
  int days = 60;
  std::uint64_t seed = 1;
};

// Writes the shop's visits into the data folder, loads them (once: again they are known) and serves
// the page, which is empty meanwhile.
Result<int> demo(const DemoOptions& options, Platform& platform, Session& session);

}  // namespace millrace
