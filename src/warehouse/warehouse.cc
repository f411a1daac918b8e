#include "warehouse/warehouse.h"

#include <chrono>
#include <thread>

#include "warehouse/schema.h"

namespace millrace {
namespace {

constexpr std::chrono::milliseconds kCheckpointPause{50};
constexpr int kCheckpointTries = 200;

}  // namespace

Result<std::unique_ptr<Warehouse>> Warehouse::open(const std::string& path, const DatabaseOptions& options) {
  MILLRACE_ASSIGN(Database database, Database::open(path, options));
  std::unique_ptr<Warehouse> warehouse(new Warehouse(std::move(database)));
  MILLRACE_ASSIGN(Connection connection, warehouse->database_.connect());
  MILLRACE_TRY(prepare_schema(connection));
  return warehouse;
}

Status Warehouse::checkpoint() {
  MILLRACE_ASSIGN(Connection connection, database_.connect());
  Status status;
  for (int i = 0; i < kCheckpointTries; ++i) {
    status = connection.execute("CHECKPOINT");
    if (status || status.error().message.find("transaction") == std::string::npos) return status;
    std::this_thread::sleep_for(kCheckpointPause);
  }
  return status;
}

}  // namespace millrace
