#include "warehouse/warehouse.h"

#include <chrono>
#include <thread>

#include "warehouse/schema.h"

namespace millrace {
namespace {

constexpr std::chrono::milliseconds kCheckpointPause{50};

}  // namespace

Result<std::unique_ptr<Warehouse>> Warehouse::open(const std::string& path, const DatabaseOptions& options) {
  MILLRACE_ASSIGN(Database database, Database::open(path, options));
  std::unique_ptr<Warehouse> warehouse(new Warehouse(std::move(database)));
  MILLRACE_ASSIGN(Connection connection, warehouse->database_.connect());
  MILLRACE_TRY(prepare_schema(connection));
  MILLRACE_ASSIGN(warehouse->contracts_, ContractStore::open(std::move(connection)));
  return warehouse;
}

Status Warehouse::checkpoint(const std::stop_token& stop) {
  MILLRACE_ASSIGN(Connection connection, database_.connect());
  for (;;) {
    const Status status = connection.execute("CHECKPOINT");
    if (status || status.error().message.find("transaction") == std::string::npos) return status;
    if (stop.stop_requested()) {
      return fail(ErrorCode::kCancelled,
                  "everything is stored, but others who read keep it in the write-ahead log");
    }
    std::this_thread::sleep_for(kCheckpointPause);
  }
}

}  // namespace millrace
