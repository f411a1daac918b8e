#include "app/run_command.h"

#include <condition_variable>
#include <mutex>

#include "app/commands.h"
#include "app/control_socket.h"

namespace millrace {
namespace {

void wait_for_stop(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait(lock, stop, [] { return false; });
}

}  // namespace

Result<int> run(const RunOptions& options, const DataFolder& folder, Warehouse& warehouse, const Clock& clock,
                Session& session) {
  MILLRACE_ASSIGN(const std::unique_ptr<ControlServer> control,
                  ControlServer::start(folder.path(), [&](const std::vector<std::string>& words, Session& caller) {
                    return run_on_open_warehouse(words, warehouse, clock, caller);
                  }));
  (void)options;
  wait_for_stop(session.stop());
  return kExitOk;
}

}  // namespace millrace
