#include "http/http_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "base/file_descriptor.h"

namespace millrace {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A plain socket, so that a test can send what no HTTP library would.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{5, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }

  void send(std::string_view bytes) { ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  // Until the server closes.
  std::string read_all() {
    while (receive()) continue;
    return std::move(received_);
  }

  // One answer with a Content-Length; its status line and its body.
  std::string read_answer() {
    std::size_t head_end = 0;
    while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return "closed";
    }
    const std::size_t at = received_.find("Content-Length: ");
    const std::size_t size = at < head_end ? std::stoul(received_.substr(at + 16)) : 0;
    while (received_.size() < head_end + 4 + size && receive()) continue;
    const std::string answer =
        received_.substr(0, received_.find("\r\n")) + " | " + received_.substr(head_end + 4, size);
    received_.erase(0, head_end + 4 + size);
    return answer;
  }

  bool is_closed() { return read_answer() == "closed"; }

 private:
  bool receive() {
    char buffer[4096];
    const ssize_t count = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    if (count > 0) received_.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }

  FileDescriptor socket_;
  std::string received_;
};

Router test_routes() {
  Router router;
  const auto add = [&](std::string method, std::string path, Route::Handler handler) {
    Route route(Access::kPublic);
    route.method = std::move(method);
    route.path = std::move(path);
    route.handler = std::move(handler);
    router.add(std::move(route));
  };
  const auto text = [](std::string body) {
    HttpResponse response;
    response.content_type = "text/plain";
    response.body = std::move(body);
    return response;
  };
  add("GET", "/hello", [text](const HttpRequest&) { return text("hello"); });
  add("POST", "/echo", [text](const HttpRequest& request) { return text(request.body); });
  add("GET", "/large", [text](const HttpRequest&) { return text(std::string(8 << 20, 'x')); });
  add("GET", "/slow", [text](const HttpRequest& request) {
    for (int i = 0; i < 500 && !request.stop.stop_requested(); ++i) std::this_thread::sleep_for(10ms);
    return text(request.stop.stop_requested() ? "stopped" : "done");
  });
  return router;
}

class HttpServing : public testing::Test {
 protected:
  void start(HttpOptions options = {}) {
    options.port = 0;
    auto server = HttpServer::start(options, test_routes());
    ASSERT_TRUE(server.has_value()) << server.error().message;
    server_ = std::move(*server);
  }

  Client connect() { return Client(server_->port()); }
  std::string ask(std::string_view bytes) {
    Client client = connect();
    client.send(bytes);
    return client.read_answer();
  }

  static constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServing, AnswersAndKeepsTheConnection) {
  start();
  Client client = connect();
  for (int i = 0; i < 3; ++i) {
    client.send(kHello);
    EXPECT_EQ(client.read_answer(), "HTTP/1.1 200 OK | hello");
  }
  client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.read_all().ends_with("hello"));
}

TEST_F(HttpServing, AnswersPipelinedRequestsInTheirOrder) {
  start();
  Client client = connect();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\none"
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n"
      "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 200 OK | one");
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 200 OK | two");
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 200 OK | hello");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServing, ReadsARequestThatComesByteByByte) {
  start();
  Client client = connect();
  for (const char byte :
       std::string("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\none")) {
    client.send({&byte, 1});
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 200 OK | one");
}

TEST_F(HttpServing, AHeadAnswerHasNoBody) {
  start();
  Client client = connect();
  client.send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_all();
  EXPECT_NE(answer.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(HttpServing, SaysContinueBeforeABodyThatWaitsForIt) {
  start();
  Client client = connect();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 100 Continue | ");
  client.send("one");
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 200 OK | one");
}

TEST_F(HttpServing, TellsWhyARequestIsRefusedAndThenCloses) {
  start();
  const auto refused = [&](std::string_view bytes) {
    Client client = connect();
    client.send(bytes);
    const std::string answer = client.read_answer();
    EXPECT_TRUE(client.is_closed()) << bytes.substr(0, 100);
    return answer.substr(9, 3);
  };
  EXPECT_EQ(refused("nonsense\r\n\r\n"), "400");
  EXPECT_EQ(refused("GET /hello HTTP/1.1\r\n\r\n"), "400");
  EXPECT_EQ(refused("POST /echo HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "400");
  EXPECT_EQ(
      refused("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n"),
      "400");
  EXPECT_EQ(refused("GET /hello HTTP/3.0\r\nHost: localhost\r\n\r\n"), "505");
  EXPECT_EQ(refused("GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n"), "421");
  EXPECT_EQ(refused("GET /hello HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(9'000, 'x') + "\r\n\r\n"),
            "431");
  EXPECT_EQ(refused("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\n"), "413");
  EXPECT_EQ(refused("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n180000\r\n" +
                    std::string(0x180000, 'x')),
            "413");
}

TEST_F(HttpServing, TakesABodyUpToTheLimit) {
  start();
  const std::string body(1 << 20, 'x');
  EXPECT_EQ(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048576\r\n\r\n" + body),
            "HTTP/1.1 200 OK | " + body);
}

TEST_F(HttpServing, GivesUpOnSlowSenders) {
  HttpOptions options;
  options.head_timeout = 100ms;
  options.body_timeout = 100ms;
  options.idle_timeout = 200ms;
  start(options);
  EXPECT_EQ(ask("GET /hel").substr(9, 3), "408");
  EXPECT_EQ(ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab").substr(9, 3), "408");
  Client idle = connect();
  EXPECT_TRUE(idle.is_closed());
}

TEST_F(HttpServing, SlowConnectionsHoldUpNobody) {
  start();
  std::vector<Client> dribbling;
  for (int i = 0; i < 300; ++i) dribbling.emplace_back(server_->port()).send("GET /hello HTTP/1.1\r\nX-");
  const auto begin = Clock::now();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask(kHello), "HTTP/1.1 200 OK | hello");
  EXPECT_LT(Clock::now() - begin, 2s);
}

TEST_F(HttpServing, ACrowdOfIdleConnectionsGivesWay) {
  HttpOptions options;
  options.connections_max = 8;
  start(options);
  std::vector<Client> idle;
  for (int i = 0; i < 20; ++i) idle.emplace_back(server_->port());
  EXPECT_EQ(ask(kHello), "HTTP/1.1 200 OK | hello");
  EXPECT_TRUE(idle.front().is_closed());
  EXPECT_LE(server_->connections(), 8u);
}

TEST_F(HttpServing, OneAddressCannotTakeAllConnections) {
  HttpOptions options;
  options.connections_per_address_max = 4;
  start(options);
  std::vector<Client> idle;
  for (int i = 0; i < 10; ++i) idle.emplace_back(server_->port());
  EXPECT_EQ(ask(kHello), "HTTP/1.1 200 OK | hello");
  EXPECT_LE(server_->connections(), 4u);
}

TEST_F(HttpServing, BusyServersSaySo) {
  HttpOptions options;
  options.request_threads = 1;
  options.requests_waiting_max = 1;
  start(options);
  Client first = connect();
  Client second = connect();
  first.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  second.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(ask(kHello).substr(9, 3), "503");
}

TEST_F(HttpServing, AClientThatLeavesStopsItsRequest) {
  HttpOptions options;
  options.request_threads = 1;
  start(options);
  const auto begin = Clock::now();
  {
    Client client = connect();
    client.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_EQ(ask(kHello), "HTTP/1.1 200 OK | hello");
  EXPECT_LT(Clock::now() - begin, 2s);
}

TEST_F(HttpServing, SurvivesRunningOutOfDescriptors) {
  start();
  // The first request runs with descriptors to spare: the undefined behaviour sanitizer opens a pipe when it
  // sees a class for the first time, and takes its failure for a broken object.
  EXPECT_EQ(ask(kHello), "HTTP/1.1 200 OK | hello");
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlimit before = limit;
  std::vector<Client> clients;
  for (int i = 0; i < 8; ++i) clients.emplace_back(server_->port());
  std::this_thread::sleep_for(50ms);
  // From here on, the server's next accept has no descriptor left; only the client's own socket gets one.
  FileDescriptor probe(::dup(STDERR_FILENO));
  limit.rlim_cur = static_cast<rlim_t>(probe.get()) + 1;
  probe.reset();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  Client starved = connect();
  starved.send(kHello);
  const std::string answer = starved.read_answer();
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(answer, "HTTP/1.1 200 OK | hello");
}

TEST_F(HttpServing, StopsWithinTwoSecondsWhateverIsUnderWay) {
  start();
  Client idle = connect();
  Client slow = connect();
  slow.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
  Client stuck = connect();  // does not read its answer
  stuck.send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
  std::this_thread::sleep_for(100ms);
  const auto begin = Clock::now();
  server_->stop();
  EXPECT_LT(Clock::now() - begin, 2s);
  EXPECT_EQ(slow.read_answer(), "HTTP/1.1 200 OK | stopped");
  EXPECT_TRUE(idle.is_closed());
  EXPECT_EQ(server_->connections(), 0u);
  server_->stop();
}

TEST(HttpAddress, ATakenPortIsAClearError) {
  HttpOptions options;
  options.port = 0;
  const auto first = HttpServer::start(options, test_routes());
  ASSERT_TRUE(first.has_value());
  options.port = (*first)->port();
  const auto second = HttpServer::start(options, test_routes());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().message,
            (*first)->address() +
                " is already in use: stop the other program or choose another port with --listen");
}

TEST(HttpAddress, OfAnotherMachineIsRefused) {
  HttpOptions options;
  options.address = "192.0.2.1";
  EXPECT_EQ(HttpServer::start(options, test_routes()).error().code, ErrorCode::kInvalidArgument);
  options.address = "example.com";
  EXPECT_EQ(HttpServer::start(options, test_routes()).error().code, ErrorCode::kInvalidArgument);
}

TEST(HttpAddress, IsWrittenInSeveralWays) {
  EXPECT_EQ(parse_listen_address("0.0.0.0:80")->address, "0.0.0.0");
  EXPECT_EQ(parse_listen_address("0.0.0.0:80")->port, 80);
  EXPECT_EQ(parse_listen_address("[::1]:9000")->address, "::1");
  EXPECT_EQ(parse_listen_address(":9000")->address, "127.0.0.1");
  EXPECT_EQ(parse_listen_address("9000")->port, 9000);
  EXPECT_EQ(parse_listen_address("localhost:0")->port, 0);
  for (const std::string_view wrong : {"", "localhost", "::1:80", "127.0.0.1:", "127.0.0.1:99999", "a:8x"}) {
    EXPECT_FALSE(parse_listen_address(wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace millrace
