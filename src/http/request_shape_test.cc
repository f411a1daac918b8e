#include "http/request_shape.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

int status_of(std::string_view head) {
  const auto parsed = parse_request_head(head);
  return parsed.has_value() ? 200 : parsed.error().status;
}

// The first line and a Host, and then the lines given.
std::string with(std::string_view lines) {
  return "POST / HTTP/1.1\r\nHost: localhost\r\n" + std::string(lines) + "\r\n";
}

TEST(RequestShape, ReadsAnOrdinaryRequest) {
  const auto head = parse_request_head(
      "POST /v1/sql?format=csv HTTP/1.1\r\nHost: localhost:8080\r\nX-Thing: \t a b \r\nContent-Length: 12\r\n"
      "Expect: 100-continue\r\n\r\n");
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->target, "/v1/sql?format=csv");
  EXPECT_EQ(head->content_length, 12u);
  EXPECT_TRUE(head->keep_alive);
  EXPECT_TRUE(head->expects_continue);
  EXPECT_EQ(head->headers[1], NamedText("x-thing", "a b"));
}

TEST(RequestShape, KnowsWhenAConnectionGoesOn) {
  const auto keeps = [](std::string_view head) { return parse_request_head(head)->keep_alive; };
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: TE, Close\r\n\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"));
}

TEST(RequestShape, RefusesEveryWayToHideASecondRequest) {
  EXPECT_EQ(status_of(with("Transfer-Encoding: chunked\r\n")), 200);
  EXPECT_EQ(status_of(with("Transfer-Encoding: CHUNKED\r\n")), 200);
  for (const std::string_view lines : {
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
           "Content-Length: 5\r\nContent-Length: 5\r\n",
           "Content-Length: 5\r\nContent-Length: 6\r\n",
           "Content-Length: 5, 5\r\n",
           "Content-Length: +5\r\n",
           "Content-Length: -1\r\n",
           "Content-Length: 0x5\r\n",
           "Content-Length: 99999999999999999999\r\n",
           "Content-Length:\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding: chunked, identity\r\n",
           "Transfer-Encoding: identity, chunked\r\n",
           "Transfer-Encoding: identity\r\n",
           "Transfer-Encoding: \"chunked\"\r\n",
           "Transfer-Encoding:\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding:\r\n chunked\r\n",
           "Transfer-Encoding : chunked\r\n",
           "Transfer\tEncoding: chunked\r\n",
           "X: y\r\n folded: z\r\n",
           "X: y\r\n\tfolded\r\n",
           " X: y\r\n",
           "X: y\nTransfer-Encoding: chunked\r\n",
           "X: y\rZ: z\r\n",
           "X y\r\n",
           ": y\r\n",
           "Host: other\r\n",
       }) {
    EXPECT_EQ(status_of(with(lines)), 400) << lines;
  }
  EXPECT_EQ(status_of(with(std::string("X: a\0b\r\n", 8))), 400);
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(RequestShape, RefusesABrokenFirstLine) {
  for (const std::string_view line :
       {"GET /", "GET", "", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "G(T / HTTP/1.1",
        "GET http://a/ HTTP/1.1", "GET * HTTP/1.1", "CONNECT a:80 HTTP/1.1", "GET /a b HTTP/1.1",
        "GET /\xC3\xA4 HTTP/1.1", "GET /#x HTTP/1.1", "ABCDEFGHIJKLMNOPQ / HTTP/1.1"}) {
    EXPECT_EQ(status_of(std::string(line) + "\r\nHost: a\r\n\r\n"), 400) << line;
  }
  for (const std::string_view version : {"HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "http/1.1", "HTTP/1.1x"}) {
    EXPECT_EQ(status_of("GET / " + std::string(version) + "\r\nHost: a\r\n\r\n"), 505) << version;
  }
}

TEST(RequestShape, WantsOneHost) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 400);
}

TEST(RequestShape, BoundsTheHeaders) {
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 101; ++i) many += "X: y\r\n";
  EXPECT_EQ(status_of(many + "\r\n"), 431);
  EXPECT_EQ(status_of(with("Expect: a miracle\r\n")), 417);
}

}  // namespace
}  // namespace millrace
