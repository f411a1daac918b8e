#include "app/run_command.h"

#include <condition_variable>
#include <mutex>

#include "app/commands.h"
#include "app/control_socket.h"
#include "app/version.h"
#include "dashboard/assets.h"
#include "dashboard/page_api.h"
#include "dashboard/warehouse_queries.h"
#include "http/http_server.h"
#include "http/service_routes.h"
#include "query/reader_pool.h"

namespace millrace {
namespace {

void wait_for_stop(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait(lock, stop, [] { return false; });
}

// Alive and ready are the same question here: does the warehouse answer?
Status ask_warehouse(ReaderPool& readers) {
  MILLRACE_ASSIGN(const ReaderPool::Lease reader, readers.acquire());
  MILLRACE_TRY(reader->query("SELECT 1"));
  return {};
}

Router make_router(PageQueries& queries, ReaderPool& readers) {
  Router router;
  add_page_api(router, queries);
  add_asset_routes(router, embedded_assets());
  add_service_routes(router, {.version = std::string(kVersion),
                              .alive = {},
                              .ready = [&readers] { return ask_warehouse(readers); },
                              .append_metrics = {}});
  return router;
}

}  // namespace

Result<int> run(const RunOptions& options, const DataFolder& folder, Warehouse& warehouse, const Clock& clock,
                Session& session) {
  MILLRACE_ASSIGN(const HttpOptions http, parse_listen_address(options.listen));
  ReaderPool readers(warehouse.database());
  WarehouseQueries queries(readers);
  MILLRACE_ASSIGN(const std::unique_ptr<HttpServer> server,
                  HttpServer::start(http, make_router(queries, readers)));
  MILLRACE_ASSIGN(
      const std::unique_ptr<ControlServer> control,
      ControlServer::start(folder.path(), [&](const std::vector<std::string>& words, Session& caller) {
        return run_on_open_warehouse(words, warehouse, clock, caller);
      }));
  MILLRACE_TRY(session.print("Millrace is at http://{}/\n", server->address()));
  session.say("Stop it with Ctrl-C.\n");
  wait_for_stop(session.stop());
  server->stop();
  return kExitOk;
}

}  // namespace millrace
