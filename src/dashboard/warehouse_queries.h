// The page's questions, answered by the warehouse.
#pragma once

#include <chrono>

#include "dashboard/page_queries.h"
#include "query/reader_pool.h"

namespace millrace {

class WarehouseQueries final : public PageQueries {
 public:
  // The pool must outlive it.
  explicit WarehouseQueries(ReaderPool& readers) : readers_(readers) {}

  Result<std::string> overview_etag(const OverviewRequest& request) override;
  Result<Overview> overview(const OverviewRequest& request, std::stop_token stop) override;
  Result<std::string> health_etag(const HealthRequest& request) override;
  Result<std::string> health(const HealthRequest& request, std::stop_token stop) override;
  Result<std::string> dead_letter_payload(std::uint64_t id) override;
  Status sql(std::string_view sql, ResultFormat format, std::stop_token stop, Output& output) override;

 private:
  ReaderPool& readers_;
};

}  // namespace millrace
