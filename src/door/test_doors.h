// All doors before a topic log in memory, for their tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "door/doors.h"
#include "log/test_topic_log.h"

namespace millrace {

class TestDoors {
 public:
  explicit TestDoors(const DoorOptions& options = {}) {
    add_doors(router, log, clock, metrics, kScript, options);
  }

  // The answer as soon as there is one.
  using Waiting = std::shared_ptr<std::optional<HttpResponse>>;
  Waiting send(std::string method, const std::string& route_path, std::string body = "",
               std::vector<NamedText> query = {}, std::vector<NamedText> headers = {},
               std::vector<NamedText> parameters = {}) const {
    HttpRequest request;
    request.method = std::move(method);
    request.path = route_path;
    request.body = std::move(body);
    request.query = std::move(query);
    request.headers = std::move(headers);
    request.parameters = std::move(parameters);
    const auto response = std::make_shared<std::optional<HttpResponse>>();
    const Route& route = route_of(request.method == "HEAD" ? "GET" : request.method, route_path);
    if (route.handler) {
      *response = route.handler(request);
    } else {
      route.taker(std::move(request), Answer([response](HttpResponse answer) {
                    EXPECT_FALSE(response->has_value()) << "answered twice";
                    *response = std::move(answer);
                  }));
    }
    return response;
  }

  HttpResponse answer(std::string method, const std::string& route_path, std::string body = "",
                      std::vector<NamedText> query = {}, std::vector<NamedText> headers = {},
                      std::vector<NamedText> parameters = {}) const {
    const Waiting waiting = send(std::move(method), route_path, std::move(body), std::move(query),
                                 std::move(headers), std::move(parameters));
    EXPECT_TRUE(waiting->has_value());
    return waiting->value_or(error_response(500, "unanswered", ""));
  }

  std::vector<std::string> payloads(std::string_view topic) const {
    std::vector<std::string> payloads;
    for (const auto& record : log.records(topic)) payloads.push_back(record.payload);
    return payloads;
  }

  const Route& route_of(std::string_view method, std::string_view path) const {
    for (const Route& route : router.routes()) {
      if (route.method == method && route.path == path) return route;
    }
    ADD_FAILURE() << "no route " << method << " " << path;
    return router.routes().front();
  }

  static constexpr TrackerScript kScript{.bytes = "script", .gzip_bytes = "zipped", .etag = "\"tag\""};

  ManualClock clock{*parse_timestamp("2024-07-01T09:00:00Z")};
  const std::shared_ptr<DoorMetrics> metrics = std::make_shared<DoorMetrics>();
  TestTopicLog log{clock};
  Router router;
};

inline std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [other, value] : response.headers) {
    if (other == name) return value;
  }
  return "";
}

}  // namespace millrace
