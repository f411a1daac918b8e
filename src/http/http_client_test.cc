#include "http/http_client.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <thread>

#include "base/file_descriptor.h"
#include "base/limits.h"
#include "http/http_server.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;

Route post_route(std::string path, Route::Handler handler) {
  Route route(Access::kPublic);
  route.method = "POST";
  route.path = std::move(path);
  route.summary = "For the client";
  route.handler = std::move(handler);
  return route;
}

HttpResponse text_response(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain";
  response.body = std::move(body);
  return response;
}

class HttpClientTest : public testing::Test {
 protected:
  void SetUp() override {
    Router router;
    router.add(post_route("/echo", [](const HttpRequest& request) {
      std::string text(request.header("authorization").value_or("none"));
      text += '|';
      text += request.header("content-type").value_or("none");
      return text_response(200, text + '|' + request.body);
    }));
    router.add(post_route("/busy", [](const HttpRequest&) {
      HttpResponse response = text_response(503, "later");
      response.headers.emplace_back("Retry-After", "7");
      return response;
    }));
    router.add(post_route("/moved", [](const HttpRequest&) {
      HttpResponse response = text_response(302, "");
      response.headers.emplace_back("Location", "/echo");
      return response;
    }));
    router.add(post_route("/large",
                          [](const HttpRequest&) { return text_response(200, std::string(1 << 20, 'x')); }));
    router.add(post_route("/slow", [](const HttpRequest& request) {
      while (!request.stop.stop_requested()) std::this_thread::sleep_for(1ms);
      return text_response(200, "at last");
    }));
    HttpOptions options;
    options.port = 0;
    auto server = HttpServer::start(options, std::move(router));
    ASSERT_TRUE(server.has_value());
    server_ = std::move(*server);
  }

  std::string url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + std::string(path);
  }
  Result<HttpAnswer> post(const std::string& path, HttpClientOptions options = {}) {
    HttpClient client(std::move(options));
    return client.post(url(path), "text/plain", "body", {});
  }

  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpClientTest, SendsTheBodyWithItsTypeAndTheToken) {
  HttpClientOptions options;
  options.bearer_token = "secret";
  const auto answer = post("/echo", options);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "Bearer secret|text/plain|body");
}

TEST_F(HttpClientTest, OneClientSendsManyRequests) {
  HttpClient client({});
  for (int i = 0; i < 20; ++i) {
    const auto answer = client.post(url("/echo"), "text/plain", std::to_string(i), {});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->body, "none|text/plain|" + std::to_string(i));
  }
}

TEST_F(HttpClientTest, TellsWhenToComeBack) {
  const auto answer = post("/busy");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->retry_after, 7s);
}

TEST_F(HttpClientTest, FollowsNoRedirect) {
  const auto answer = post("/moved");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 302);
}

TEST_F(HttpClientTest, KeepsOnlyTheBeginningOfALargeAnswer) {
  const auto answer = post("/large");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body.size(), kSendAnswerMax);
}

TEST_F(HttpClientTest, AnAnswerThatDoesNotComeInTimeIsUnknown) {
  HttpClientOptions options;
  options.request_timeout = 50ms;
  const auto answer = post("/slow", options);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
}

TEST_F(HttpClientTest, StopsWhenAsked) {
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  HttpClient client({});
  const auto answer = client.post(url("/slow"), "text/plain", "body", stop.get_token());
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kCancelled);
}

// Answers the first request of a connection and closes it under the second.
class ClosingServer {
 public:
  ClosingServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_.get(), 8), 0);
    socklen_t size = sizeof address;
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }
  ~ClosingServer() { ::shutdown(socket_.get(), SHUT_RDWR); }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }
  int requests() const { return requests_; }

 private:
  void serve() {
    while (true) {
      const FileDescriptor connection(::accept(socket_.get(), nullptr, nullptr));
      if (connection.get() < 0) return;
      for (int i = 0; i < 2 && read_request(connection.get()); ++i) {
        constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        if (i == 0) ::send(connection.get(), kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
      }
    }
  }
  bool read_request(int connection) {
    std::string text;
    char buffer[4096];
    while (!text.ends_with("body")) {
      const ssize_t count = ::recv(connection, buffer, sizeof buffer, 0);
      if (count <= 0) return false;
      text.append(buffer, static_cast<std::size_t>(count));
    }
    ++requests_;
    return true;
  }

  FileDescriptor socket_;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_ = 0;
  std::jthread thread_;
};

TEST_F(HttpClientTest, ARequestWhoseConnectionDiesIsUnknownAndNotSentAgain) {
  ClosingServer server;
  HttpClient client({});
  ASSERT_TRUE(client.post(server.url(), "text/plain", "body", {}).has_value());
  const auto answer = client.post(server.url(), "text/plain", "body", {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(server.requests(), 2);
}

TEST_F(HttpClientTest, NobodyThereMeansThatNothingWasSent) {
  const std::string gone = url("/echo");
  server_->stop();
  HttpClient client({});
  const auto answer = client.post(gone, "text/plain", "body", {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, ErrorCode::kNotFound);
}

TEST_F(HttpClientTest, KnowsNoOtherProtocols) {
  HttpClient client({});
  for (const std::string url : {"file:///etc/hostname", "ftp://127.0.0.1/", "127.0.0.1:8080", ""}) {
    const auto answer = client.post(url, "text/plain", "body", {});
    ASSERT_FALSE(answer.has_value()) << url;
    EXPECT_EQ(answer.error().code, ErrorCode::kInvalidArgument) << url;
  }
}

TEST(PercentEncoded, KeepsWhatIsPlainAndNothingElse) {
  EXPECT_EQ(percent_encoded("visits-1_a.b~"), "visits-1_a.b~");
  EXPECT_EQ(percent_encoded("a b&c=%\n"), "a%20b%26c%3D%25%0A");
}

}  // namespace
}  // namespace millrace
