// What the page asks of the warehouse: the port between the routes and the queries.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "query/health.h"
#include "query/output.h"
#include "query/overview.h"
#include "query/result_format.h"

namespace millrace {

// Thread-safe.
class PageQueries {
 public:
  virtual ~PageQueries() = default;

  // Changes whenever the answer to `request` may have; cheap.
  virtual Result<std::string> overview_etag(const OverviewRequest& request) = 0;
  virtual Result<Overview> overview(const OverviewRequest& request, std::stop_token stop) = 0;
  virtual Result<std::string> health_etag(const HealthRequest& request) = 0;
  virtual Result<std::string> health(const HealthRequest& request, std::stop_token stop) = 0;  // JSON
  virtual Result<std::string> dead_letter_payload(std::uint64_t id) = 0;
  virtual Status sql(std::string_view sql, ResultFormat format, std::stop_token stop, Output& output) = 0;
};

}  // namespace millrace
