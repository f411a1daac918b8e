#include "dashboard/page_api.h"

#include <fmt/format.h>

#include <memory>
#include <semaphore>
#include <utility>

#include "dashboard/health_api.h"
#include "dashboard/overview_parameters.h"
#include "dashboard/tagged_json.h"
#include "query/overview_json.h"

namespace millrace {
namespace {

// A larger answer belongs into a file: `millrace sql` streams one of any size.
constexpr std::size_t kSqlAnswerMax = 16 << 20;

// Fewer than the threads that answer requests, so that slow statements leave some to all other requests.
constexpr std::ptrdiff_t kStatementsMax = 2;
using StatementSlots = std::counting_semaphore<kStatementsMax>;

// Gives a slot back at its end.
class StatementSlot {
 public:
  explicit StatementSlot(StatementSlots& slots) : slots_(slots), taken_(slots.try_acquire()) {}
  ~StatementSlot() {
    if (taken_) slots_.release();
  }
  StatementSlot(const StatementSlot&) = delete;
  StatementSlot& operator=(const StatementSlot&) = delete;

  bool taken() const { return taken_; }

 private:
  StatementSlots& slots_;
  bool taken_;
};

HttpResponse overview_response(PageQueries& queries, const HttpRequest& request) {
  const auto asked = parse_overview_request(request);
  if (!asked.has_value()) return error_response(asked.error());
  return tagged_json(
      request, [&] { return queries.overview_etag(*asked); },
      [&]() -> Result<std::string> {
        MILLRACE_ASSIGN(const Overview overview, queries.overview(*asked, request.stop));
        return to_json(overview);
      });
}

HttpResponse sql_response(PageQueries& queries, StatementSlots& slots, const HttpRequest& request) {
  const StatementSlot slot(slots);
  if (!slot.taken()) {
    HttpResponse response = error_response(
        503, "busy", fmt::format("{} SQL statements are running already: try again", kStatementsMax));
    response.headers.emplace_back("Retry-After", "1");
    return response;
  }
  // The route table has refused any other name.
  const ResultFormat format = parse_result_format(request.query_value("format").value_or("json")).value();
  BoundedText answer(kSqlAnswerMax);
  const Status status = queries.sql(request.body, format, request.stop, answer);
  if (!status.has_value()) return error_response(status.error());
  HttpResponse response;
  response.content_type = content_type(format);
  response.body = answer.take();
  return response;
}

}  // namespace

void add_page_api(Router& router, PageQueries& queries) {
  Route overview(Access::kRead);
  overview.method = "GET";
  overview.path = "/v1/overview";
  overview.summary = "Totals, a series over time and ranked lists for what is selected";
  overview.query = overview_parameters();
  overview.handler = [&queries](const HttpRequest& request) { return overview_response(queries, request); };
  router.add(std::move(overview));

  Route sql(Access::kRead);
  sql.method = "POST";
  sql.path = "/v1/sql";
  sql.summary = "Runs one read-only SQL statement, which is the body";
  sql.query = {{"format", "Of the answer; json when absent", {"json", "ndjson", "csv"}}};
  sql.request_type = "application/sql";
  sql.response_types = {"application/json", "application/x-ndjson", "text/csv"};
  sql.handler = [&queries, slots = std::make_shared<StatementSlots>(kStatementsMax)](
                    const HttpRequest& request) { return sql_response(queries, *slots, request); };
  router.add(std::move(sql));

  add_health_api(router, queries);
}

}  // namespace millrace
