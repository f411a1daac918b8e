#include "http/router.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "http/host_check.h"
#include "http/response_headers.h"
#include "http/service_routes.h"

namespace millrace {
namespace {

Route route(std::string method, std::string path, Route::Handler handler) {
  Route made(Access::kPublic);
  made.method = std::move(method);
  made.path = std::move(path);
  made.summary = "A test";
  made.handler = std::move(handler);
  return made;
}

HttpResponse text(std::string body) {
  HttpResponse response;
  response.content_type = "text/plain";
  response.body = std::move(body);
  return response;
}

HttpRequest request(std::string method, std::string path, std::vector<NamedText> query = {},
                    std::vector<NamedText> headers = {}) {
  HttpRequest made;
  made.method = std::move(method);
  made.path = std::move(path);
  made.query = std::move(query);
  made.headers = std::move(headers);
  return made;
}

std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [other, value] : response.headers) {
    if (other == name) return value;
  }
  return "";
}

TEST(Router, FindsTheRouteByMethodAndPath) {
  Router router;
  router.add(route("GET", "/a", [](const HttpRequest&) { return text("get"); }));
  router.add(route("POST", "/a", [](const HttpRequest&) { return text("post"); }));
  router.add(
      route("GET", "/a/{name}", [](const HttpRequest& r) { return text(std::string(r.parameter("name"))); }));
  router.add(route("GET", "/a/fixed", [](const HttpRequest&) { return text("fixed"); }));
  EXPECT_EQ(router.respond(request("GET", "/a")).body, "get");
  EXPECT_EQ(router.respond(request("HEAD", "/a")).body, "get");
  EXPECT_EQ(router.respond(request("POST", "/a")).body, "post");
  EXPECT_EQ(router.respond(request("GET", "/a/b%2Fc%20d")).body, "b/c d");
  EXPECT_EQ(router.respond(request("GET", "/a/fixed")).body, "fixed");
  EXPECT_EQ(router.respond(request("GET", "/a/")).status, 404);
  EXPECT_EQ(router.respond(request("GET", "/a/b/c")).status, 404);
  EXPECT_EQ(router.respond(request("GET", "/a/%zz")).status, 400);
}

TEST(Router, RefusalsAreJsonAndNameTheMistake) {
  Router router;
  router.add(route("GET", "/a", [](const HttpRequest&) { return text(""); }));
  EXPECT_EQ(router.respond(request("GET", "/<script>")).body,
            "{\"error\":{\"code\":\"not_found\",\"message\":\"there is nothing at /\\u003cscript>\"}}\n");
  const HttpResponse refused = router.respond(request("DELETE", "/a"));
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(header(refused, "Allow"), "GET, HEAD");
}

TEST(Router, RefusesParametersThatARouteDoesNotKnow) {
  Router router;
  Route made = route("GET", "/a", [](const HttpRequest&) { return text("ok"); });
  made.query = {{"kind", "", {"x", "y"}}, {"any", "", {}}};
  router.add(std::move(made));
  EXPECT_EQ(router.respond(request("GET", "/a", {{"kind", "x"}, {"any", "thing"}})).status, 200);
  EXPECT_EQ(router.respond(request("GET", "/a", {{"kinds", "x"}})).body,
            "{\"error\":{\"code\":\"unknown_parameter\",\"message\":\"/a has no parameter kinds: known are "
            "kind, any\"}}\n");
  EXPECT_EQ(router.respond(request("GET", "/a", {{"kind", "z"}})).status, 400);
  EXPECT_EQ(router.respond(request("GET", "/a", {{"any", "1"}, {"any", "2"}})).status, 400);
}

TEST(Router, AHandlerThatThrowsIsAnAnswer) {
  Router router;
  router.add(
      route("GET", "/a", [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("broken"); }));
  EXPECT_EQ(router.respond(request("GET", "/a")).status, 500);
}

TEST(Router, WhatTheClientHasIsNotSentAgain) {
  Router router;
  router.add(route("GET", "/a", [](const HttpRequest&) {
    HttpResponse response = text("body");
    response.etag = "\"1\"";
    return response;
  }));
  EXPECT_EQ(router.respond(request("GET", "/a", {}, {{"if-none-match", "\"0\", W/\"1\""}})).status, 304);
  EXPECT_EQ(router.respond(request("GET", "/a", {}, {{"if-none-match", "\"2\""}})).status, 200);
}

TEST(Router, CompressedFormsGoToThoseWhoAcceptThem) {
  Router router;
  router.add(route("GET", "/a", [](const HttpRequest&) {
    HttpResponse response;
    response.static_body = "plain";
    response.static_gzip_body = "gzip";
    response.etag = "\"1\"";
    return response;
  }));
  const auto body = [&](std::string accepted) {
    return std::string(
        router.respond(request("GET", "/a", {}, {{"accept-encoding", std::move(accepted)}})).content());
  };
  EXPECT_EQ(body("br, gzip"), "gzip");
  EXPECT_EQ(body("gzip;q=0.5"), "gzip");
  EXPECT_EQ(body("gzip;q=0"), "plain");
  EXPECT_EQ(body("xgzip, br"), "plain");
  EXPECT_EQ(body(""), "plain");
  EXPECT_EQ(
      router.respond(request("GET", "/a", {}, {{"accept-encoding", "gzip"}, {"if-none-match", "\"1-gzip\""}}))
          .status,
      304);
}

TEST(Router, LargerAnswersAreCompressedForThoseWhoAcceptIt) {
  const std::string plain(100'000, 'x');
  Router router;
  router.add(route("GET", "/a", [&plain](const HttpRequest&) {
    HttpResponse response = text(plain);
    response.etag = "W/\"1\"";
    return response;
  }));
  const HttpResponse compressed = router.respond(request("GET", "/a", {}, {{"accept-encoding", "gzip"}}));
  EXPECT_EQ(compressed.content().substr(0, 2), "\x1f\x8b");
  EXPECT_LT(compressed.content().size(), plain.size() / 50);
  EXPECT_EQ(compressed.etag, "W/\"1\"");
  EXPECT_EQ(router.respond(request("GET", "/a")).content(), plain);
}

TEST(Router, MetricsHaveASeriesForEachRouteAndOneForAllTheRest) {
  Router router;
  router.add(route("GET", "/a/{name}", [](const HttpRequest&) { return text("ok"); }));
  add_service_routes(router, {.version = "1", .alive = {}, .ready = {}, .append_metrics = {}});
  for (int i = 0; i < 50; ++i) {
    router.respond(request("GET", "/a/" + std::to_string(i)));
    router.respond(request("GET", "/random/" + std::to_string(i)));
  }
  const std::string metrics = router.respond(request("GET", "/metrics")).body;
  EXPECT_NE(
      metrics.find("millrace_http_requests_total{method=\"GET\",route=\"/a/{name}\",status=\"2xx\"} 50\n"),
      std::string::npos);
  EXPECT_NE(metrics.find("millrace_http_requests_total{method=\"\",route=\"unmatched\",status=\"4xx\"} 50\n"),
            std::string::npos);
  EXPECT_EQ(metrics.find("random"), std::string::npos);
  EXPECT_NE(
      metrics.find("millrace_http_request_duration_seconds_count{method=\"GET\",route=\"/a/{name}\"} 50\n"),
      std::string::npos);
}

TEST(Router, ServiceRoutesSayHowTheProgramIs) {
  Router router;
  router.add(route("GET", "/a/{name}", [](const HttpRequest&) { return text(""); }));
  add_service_routes(router, {.version = "1.2",
                              .alive = {},
                              .ready = [] { return Status(fail(ErrorCode::kUnavailable, "still loading")); },
                              .append_metrics = [](std::string& out) { out += "millrace_more 1\n"; }});
  EXPECT_EQ(router.respond(request("GET", "/healthz")).status, 200);
  const HttpResponse ready = router.respond(request("GET", "/readyz"));
  EXPECT_EQ(ready.status, 503);
  EXPECT_NE(ready.body.find("still loading"), std::string::npos);
  EXPECT_NE(router.respond(request("GET", "/metrics")).body.find("millrace_more 1\n"), std::string::npos);
  const std::string document = router.respond(request("GET", "/openapi.json")).body;
  EXPECT_TRUE(
      document.starts_with("{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Millrace\",\"version\":\"1.2\"}"));
  EXPECT_NE(document.find("\"/a/{name}\":{\"get\":"), std::string::npos);
  EXPECT_NE(document.find("\"name\":\"name\",\"in\":\"path\",\"required\":true"), std::string::npos);
}

TEST(HostCheck, LetsOnlyItsOwnNamesInOnLoopback) {
  const HostCheck check("127.0.0.1", {"Shop.example"});
  const auto status = [&](std::string host) {
    const auto refusal = check.refuse_host(request("GET", "/", {}, {{"host", std::move(host)}}));
    return refusal ? refusal->status : 200;
  };
  for (const std::string host :
       {"localhost", "localhost:8080", "LocalHost:1", "127.0.0.1:8080", "[::1]:8080", "shop.example"}) {
    EXPECT_EQ(status(host), 200) << host;
  }
  for (const std::string host : {"evil.example", "evil.example:8080", "localhost.evil.example",
                                 "127.0.0.1.evil.example", "[::2]", "", "0"}) {
    EXPECT_EQ(status(host), 421) << host;
  }
}

TEST(HostCheck, RefusesWritesFromOtherSites) {
  const HostCheck check("127.0.0.1", {});
  const auto status = [&](std::string method, std::string origin) {
    const auto refusal = check.refuse_origin(
        request(std::move(method), "/", {}, {{"host", "localhost:8080"}, {"origin", std::move(origin)}}));
    return refusal ? refusal->status : 200;
  };
  EXPECT_EQ(status("POST", "http://localhost:8080"), 200);
  EXPECT_EQ(status("POST", "http://evil.example"), 403);
  EXPECT_EQ(status("POST", "http://localhost:9999"), 403);
  EXPECT_EQ(status("POST", "null"), 403);
  EXPECT_EQ(status("GET", "http://evil.example"), 200);
}

TEST(HostCheck, AnotherAddressAcceptsAnyNameUntilTold) {
  const HttpRequest asked = request("GET", "/", {}, {{"host", "shop.example"}});
  EXPECT_FALSE(HostCheck("0.0.0.0", {}).refuse_host(asked).has_value());
  EXPECT_TRUE(HostCheck("0.0.0.0", {"other.example"}).refuse_host(asked).has_value());
}

TEST(RequestTarget, IsDecoded) {
  const auto target = parse_request_target("/a/b%20c?x=1+2&y=%26&z&=e&");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->path, "/a/b%20c");
  EXPECT_EQ(target->segments, (std::vector<std::string>{"a", "b c"}));
  EXPECT_EQ(target->query, (std::vector<NamedText>{{"x", "1 2"}, {"y", "&"}, {"z", ""}, {"", "e"}}));
  for (const std::string_view broken : {"/%", "/%4", "/%zz", "/a?%0", "/%00", "/?x=%00"}) {
    EXPECT_FALSE(parse_request_target(broken).has_value()) << broken;
  }
}

std::string head_of(const HttpResponse& response, bool close) {
  std::string head;
  append_response_head(head, response, close);
  return head;
}

TEST(ResponseHead, SaysWhatFollows) {
  HttpResponse response = text("four");
  response.etag = "\"1\"";
  const std::string head = head_of(response, true);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_NE(
      head.find(
          "Content-Length: 4\r\nContent-Type: text/plain\r\nETag: \"1\"\r\nCache-Control: no-store\r\n"),
      std::string::npos);
  EXPECT_TRUE(head.ends_with("Connection: close\r\n\r\n"));
}

TEST(ResponseHead, CarriesTheSecurityHeaders) {
  const std::string head = head_of(text(""), false);
  EXPECT_NE(head.find("Content-Security-Policy: default-src 'self';"), std::string::npos);
  EXPECT_NE(head.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_EQ(head.find("unsafe"), std::string::npos);
  EXPECT_NE(head.find("\r\nX-Content-Type-Options: nosniff\r\n"), std::string::npos);
  EXPECT_NE(head.find("\r\nReferrer-Policy: no-referrer\r\n"), std::string::npos);
  EXPECT_NE(head.find("\r\nCross-Origin-Resource-Policy: same-origin\r\n"), std::string::npos);
  EXPECT_EQ(head.find("Access-Control"), std::string::npos);
}

TEST(ResponseHead, SaysWhenOtherSitesMayHaveIt) {
  HttpResponse response = text("");
  response.cross_site = true;
  const std::string head = head_of(response, false);
  EXPECT_NE(head.find("\r\nAccess-Control-Allow-Origin: *\r\n"), std::string::npos);
  EXPECT_NE(head.find("\r\nCross-Origin-Resource-Policy: cross-origin\r\n"), std::string::npos);
}

}  // namespace
}  // namespace millrace
