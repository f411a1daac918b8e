#include "dashboard/health_api.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "dashboard/request_values.h"
#include "dashboard/tagged_json.h"

namespace millrace {
namespace {

using About = HealthRequest::About;

constexpr std::size_t kValueSizeMax = 4'096;  // the longest name of a file

const RouteParameter kReason = {"reason", "Only dead letters of this reason", {}};
const RouteParameter kContract = {"contract", "Only what this contract received", {}};
const RouteParameter kFile = {"file", "Only what this file, as it was named when it was loaded, held", {}};
const RouteParameter kLimit = {"limit", "Rows, at most 100; 50 when absent", {}};
const RouteParameter kOffset = {"offset", "Rows to leave out before the first", {}};

Result<HealthRequest> parse_request(About about, const HttpRequest& request) {
  HealthRequest health;
  health.about = about;
  MILLRACE_ASSIGN(health.filter.reason, read_text(request, "reason", kValueSizeMax));
  MILLRACE_ASSIGN(health.filter.contract, read_text(request, "contract", kValueSizeMax));
  MILLRACE_ASSIGN(health.filter.file, read_text(request, "file", kValueSizeMax));
  MILLRACE_ASSIGN(health.limit, read_count(request, "limit", health.limit, kHealthRowsMax));
  MILLRACE_ASSIGN(health.offset, read_count(request, "offset", health.offset, kHealthOffsetMax));
  return health;
}

HttpResponse health_response(PageQueries& queries, About about, const HttpRequest& request) {
  const auto asked = parse_request(about, request);
  if (!asked.has_value()) return error_response(asked.error());
  return tagged_json(
      request, [&] { return queries.health_etag(*asked); },
      [&] { return queries.health(*asked, request.stop); });
}

HttpResponse payload_response(PageQueries& queries, const HttpRequest& request) {
  const std::string_view text = request.parameter("id");
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) {
    return error_response(400, "invalid_argument", "the id of a dead letter is a whole number");
  }
  auto payload = queries.dead_letter_payload(id);
  if (!payload.has_value()) return error_response(payload.error());
  HttpResponse response;
  response.content_type = "application/octet-stream";
  response.headers.emplace_back("Content-Disposition",
                                fmt::format("attachment; filename=\"dead-letter-{}.bin\"", id));
  response.body = std::move(*payload);
  return response;
}

void add(Router& router, PageQueries& queries, About about, std::string path, std::string summary,
         std::vector<RouteParameter> query) {
  Route route(Access::kRead);
  route.method = "GET";
  route.path = std::move(path);
  route.summary = std::move(summary);
  route.query = std::move(query);
  route.handler = [&queries, about](const HttpRequest& request) {
    return health_response(queries, about, request);
  };
  router.add(std::move(route));
}

}  // namespace

void add_health_api(Router& router, PageQueries& queries) {
  add(router, queries, About::kLoads, "/v1/health/loads",
      "Loads, newest first, and what became of all that each contract received",
      {kContract, kFile, kLimit, kOffset});
  add(router, queries, About::kRefusals, "/v1/health/dead-letters",
      "How many dead letters there are by reason, by contract and by file", {kReason, kContract, kFile});
  add(router, queries, About::kDeadLetters, "/v1/dead-letters",
      "Dead letters, newest first, each with the first 4,096 of its bytes as base64",
      {kReason, kContract, kFile, kLimit, kOffset});

  Route payload(Access::kRead);
  payload.method = "GET";
  payload.path = "/v1/dead-letters/{id}/payload";
  payload.summary = "The exact bytes of a dead letter, as a file";
  payload.response_types = {"application/octet-stream"};
  payload.handler = [&queries](const HttpRequest& request) { return payload_response(queries, request); };
  router.add(std::move(payload));
}

}  // namespace millrace
