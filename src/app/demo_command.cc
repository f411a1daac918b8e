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

// Under another name until it is whole: a simulation that was killed is done again.
Result<int> simulate_visits(const DemoOptions& options, const std::filesystem::path& visits,
                            const Clock& clock, Session& session) {
  std::filesystem::path partial = visits;
  partial += ".partial";
  std::error_code error;
  std::filesystem::remove_all(partial, error);
  if (error) return fail(ErrorCode::kIo, "cannot remove " + partial.string() + ": " + error.message());
  SimulateOptions simulation;
  simulation.seed = options.seed;
  simulation.days = options.days;
  simulation.start = first_day(clock, options.days);
  simulation.to = partial.string();
  MILLRACE_ASSIGN(const int code, simulate(simulation, session));
  if (code != kExitOk) return code;
  std::filesystem::rename(partial, visits, error);
  if (error) return fail(ErrorCode::kIo, "cannot rename " + partial.string() + ": " + error.message());
  return kExitOk;
}

Result<int> fill(const DemoOptions& options, Platform& platform, Session& session) {
  const std::filesystem::path visits = platform.folder().path() / "demo-visits";
  if (!std::filesystem::exists(visits)) {
    MILLRACE_ASSIGN(const int code, simulate_visits(options, visits, platform.clock(), session));
    if (code != kExitOk) return code;
  }
  LoadOptions load_options;
  load_options.paths = {visits.string()};
  load_options.quiet = true;
  MILLRACE_ASSIGN(Warehouse* const warehouse, platform.warehouse());
  return load(load_options, *warehouse, platform.clock(), session);
}

}  // namespace

Result<int> demo(const DemoOptions& options, Platform& platform, Session& session) {
  return run(options.run, platform, session, [&] { return fill(options, platform, session); });
}

}  // namespace millrace
