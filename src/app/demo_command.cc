#include "app/demo_command.h"

#include "app/load_command.h"
#include "app/simulate_command.h"
#include "base/time.h"

namespace millrace {
namespace {

constexpr std::int64_t kDayMicros = 86'400'000'000;

// The day `days` before today, so that the last whole day of the simulation is yesterday.
std::string first_day(const Clock& clock, int days) {
  const std::int64_t today = clock.now().micros / kDayMicros;
  return format_timestamp({(today - days) * kDayMicros}).substr(0, 10);
}

}  // namespace

Result<int> demo(const DemoOptions& options, const DataFolder& folder, Warehouse& warehouse,
                 const Clock& clock, Session& session) {
  const std::filesystem::path visits = folder.path() / "demo-visits";
  if (!std::filesystem::exists(visits)) {
    SimulateOptions simulation;
    simulation.seed = options.seed;
    simulation.days = options.days;
    simulation.start = first_day(clock, options.days);
    simulation.to = visits.string();
    MILLRACE_ASSIGN(const int code, simulate(simulation, session));
    if (code != kExitOk) return code;
  }
  LoadOptions load_options;
  load_options.paths = {visits.string()};
  load_options.quiet = true;
  MILLRACE_ASSIGN(const int code, load(load_options, warehouse, clock, session));
  if (code != kExitOk) return code;
  return run(options.run, folder, warehouse, clock, session);
}

}  // namespace millrace
