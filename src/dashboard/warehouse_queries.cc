#include "dashboard/warehouse_queries.h"

#include "query/guarded_query.h"

namespace millrace {

Result<std::string> WarehouseQueries::overview_etag(const OverviewRequest& request) {
  MILLRACE_ASSIGN(const ReaderPool::Lease reader, readers_.acquire());
  return millrace::overview_etag(*reader, request);
}

Result<Overview> WarehouseQueries::overview(const OverviewRequest& request, std::stop_token stop) {
  MILLRACE_ASSIGN(const ReaderPool::Lease reader, readers_.acquire());
  OverviewBounds bounds;
  bounds.stop = std::move(stop);
  return load_overview(*reader, request, bounds);
}

Result<std::string> WarehouseQueries::health_etag(const HealthRequest& request) {
  MILLRACE_ASSIGN(const ReaderPool::Lease reader, readers_.acquire());
  return millrace::health_etag(*reader, request);
}

Result<std::string> WarehouseQueries::health(const HealthRequest& request, std::stop_token stop) {
  MILLRACE_ASSIGN(const ReaderPool::Lease reader, readers_.acquire());
  HealthBounds bounds;
  bounds.stop = std::move(stop);
  return load_health(*reader, request, bounds);
}

Result<std::string> WarehouseQueries::dead_letter_payload(std::uint64_t id) {
  MILLRACE_ASSIGN(const ReaderPool::Lease reader, readers_.acquire());
  return millrace::dead_letter_payload(*reader, id);
}

Status WarehouseQueries::sql(std::string_view sql, ResultFormat format, std::stop_token stop,
                             Output& output) {
  MILLRACE_ASSIGN(const ReaderPool::Lease reader, readers_.acquire());
  QueryOptions options;
  options.format = format;
  options.stop = std::move(stop);
  return run_query(*reader, sql, options, output);
}

}  // namespace millrace
