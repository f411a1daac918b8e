#include "app/run_command.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "app/commands.h"
#include "app/control_socket.h"
#include "app/version.h"
#include "base/limits.h"
#include "dashboard/assets.h"
#include "dashboard/page_api.h"
#include "dashboard/warehouse_queries.h"
#include "door/doors.h"
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

Status ask_warehouse(ReaderPool& readers) {
  MILLRACE_ASSIGN(const ReaderPool::Lease reader, readers.acquire());
  MILLRACE_TRY(reader->query("SELECT 1"));
  return {};
}

Status ready(ReaderPool& readers, const TopicLog& log) {
  MILLRACE_TRY(ask_warehouse(readers));
  return log.ready();
}

TrackerScript tracker_script() {
  const EmbeddedAsset& asset = embedded_tracker();
  return {.bytes = asset.bytes, .gzip_bytes = asset.gzip_bytes, .etag = asset.etag};
}

Router make_router(PageQueries& queries, ReaderPool& readers, TopicLog& log, const Clock& clock) {
  Router router;
  add_page_api(router, queries);
  add_asset_routes(router, embedded_assets());
  const auto doors = std::make_shared<DoorMetrics>();
  add_doors(router, log, clock, doors, tracker_script());
  add_service_routes(router, {.version = std::string(kVersion),
                              .alive = [&log] { return log.health(); },
                              .ready = [&readers, &log] { return ready(readers, log); },
                              .append_metrics =
                                  [&log, doors](std::string& out) {
                                    log.append_metrics(out);
                                    doors->append_metrics(out);
                                  }});
  return router;
}

bool is_loopback(const std::string& address) {
  in_addr v4{};
  if (::inet_pton(AF_INET, address.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6{};
  if (::inet_pton(AF_INET6, address.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6);
  return address == "localhost";
}

// The limit is kept low for programs that could not use more; connections and segments of the log can.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, kDescriptorsMax);
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Status check_exposure(const RunOptions& options, bool has_tokens) {
  MILLRACE_ASSIGN(const HttpOptions http, parse_listen_address(options.listen));
  if (options.insecure_public || is_loopback(http.address) || has_tokens) return {};
  return fail(ErrorCode::kInvalidArgument,
              "refusing to listen on " + options.listen +
                  ": anyone could read the warehouse there; make a token first (millrace tokens create me "
                  "--role admin), listen on 127.0.0.1, or say --insecure-public");
}

Result<int> run(const RunOptions& options, Platform& platform, Session& session,
                const std::function<Result<int>()>& prepare) {
  MILLRACE_ASSIGN(const HttpOptions http, parse_listen_address(options.listen));
  MILLRACE_ASSIGN(const TokenStore* tokens, platform.tokens());
  MILLRACE_TRY(check_exposure(options, !tokens->empty()));
  raise_descriptor_limit();
  MILLRACE_ASSIGN(const Warehouse* warehouse, platform.warehouse());
  MILLRACE_ASSIGN(TopicLog * log, platform.log());
  ReaderPool readers(warehouse->database());
  WarehouseQueries queries(readers);
  Router router = make_router(queries, readers, *log, platform.clock());
  // Where others reach it, nothing opens when the last token is revoked.
  const bool is_private = options.insecure_public || is_loopback(http.address);
  router.require_tokens(*tokens, is_private ? WithoutTokens::kOpen : WithoutTokens::kClosed);
  MILLRACE_ASSIGN(const std::unique_ptr<HttpServer> server, HttpServer::start(http, std::move(router)));
  MILLRACE_ASSIGN(const std::unique_ptr<ControlServer> control,
                  ControlServer::start(platform.folder().path(),
                                       [&platform](const std::vector<std::string>& words, Session& caller) {
                                         return run_on_platform(words, platform, caller);
                                       }));
  if (prepare) {
    MILLRACE_ASSIGN(const int code, prepare());
    if (code != kExitOk) return code;
  }
  MILLRACE_TRY(session.print("Millrace is at http://{}/\n", server->address()));
  if (!is_loopback(http.address)) {
    session.say(
        "Warning: what goes to and from here is not encrypted, tokens included: put a proxy that speaks TLS "
        "before it.\n");
  }
  session.say("Stop it with Ctrl-C.\n");
  wait_for_stop(session.stop());
  server->stop();
  return kExitOk;
}

}  // namespace millrace
