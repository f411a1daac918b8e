#include "http/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
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
    route.summary = "A test";
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

// Routes whose answers the test gives, from whatever thread and whenever it likes.
class Taking {
 public:
  Router routes() {
    Router router;
    add(router, "/inline", 1 << 10);
    add(router, "/threads", 0);
    return router;
  }

  // Waits until so many requests are there.
  std::vector<Answer> take(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(arrived_.wait_for(lock, 5s, [&] { return answers_.size() >= count; }));
    return std::exchange(answers_, {});
  }
  std::vector<std::thread::id> threads() {
    const std::lock_guard lock(mutex_);
    return threads_;
  }

 private:
  void add(Router& router, std::string path, std::size_t inline_body_max) {
    Route route(Access::kPublic);
    route.method = "POST";
    route.path = std::move(path);
    route.summary = "A test";
    route.inline_body_max = inline_body_max;
    route.taker = [this](HttpRequest, Answer answer) {
      const std::lock_guard lock(mutex_);
      threads_.push_back(std::this_thread::get_id());
      answers_.push_back(std::move(answer));
      arrived_.notify_all();
    };
    router.add(std::move(route));
  }

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Answer> answers_;
  std::vector<std::thread::id> threads_;
};

HttpResponse accepted() {
  HttpResponse response;
  response.status = 202;
  response.content_type = "text/plain";
  response.body = "taken";
  return response;
}

class HttpServing : public testing::Test {
 protected:
  void start(HttpOptions options = {}, Router router = test_routes()) {
    options.port = 0;
    auto server = HttpServer::start(options, std::move(router));
    ASSERT_TRUE(server.has_value()) << server.error().message;
    server_ = std::move(*server);
  }

  Client connect() { return Client(server_->port()); }
  std::string ask(std::string_view bytes) {
    Client client = connect();
    client.send(bytes);
    return client.read_answer();
  }

  static std::string post(std::string_view path, std::string_view body) {
    return fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{}", path,
                       body.size(), body);
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
  EXPECT_EQ(refused("GET /hello HTTP/1.1\nHost: localhost\n\n"), "400");
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

TEST_F(HttpServing, ATakerAnswersLaterFromAnyThread) {
  Taking taking;
  start({}, taking.routes());
  Client client = connect();
  for (int i = 0; i < 3; ++i) {
    client.send(post("/inline", "body"));
    std::jthread([answers = taking.take(1)] { answers.front()(accepted()); }).join();
    EXPECT_EQ(client.read_answer(), "HTTP/1.1 202 Accepted | taken");
  }
}

TEST_F(HttpServing, SmallBodiesAreTakenWithoutChangingTheThread) {
  Taking taking;
  start({}, taking.routes());
  Client client = connect();
  for (const std::string& request : {post("/inline", "a"), post("/inline", std::string(1'024, 'b')),
                                     post("/inline", std::string(1'025, 'c')), post("/threads", "d")}) {
    client.send(request);
    taking.take(1).front()(accepted());
    EXPECT_EQ(client.read_answer(), "HTTP/1.1 202 Accepted | taken");
  }
  const std::vector<std::thread::id> threads = taking.threads();
  EXPECT_EQ(threads[0], threads[1]);
  EXPECT_NE(threads[0], threads[2]);
  EXPECT_NE(threads[0], threads[3]);
}

TEST_F(HttpServing, PipelinedRequestsAreTakenOneAfterTheOther) {
  Taking taking;
  start({}, taking.routes());
  Client client = connect();
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += post("/inline", "body");
  client.send(requests);
  for (int i = 0; i < 200; ++i) {
    const std::vector<Answer> answers = taking.take(1);
    ASSERT_EQ(answers.size(), 1u);
    answers.front()(accepted());
  }
  for (int i = 0; i < 200; ++i) ASSERT_EQ(client.read_answer(), "HTTP/1.1 202 Accepted | taken");
}

TEST_F(HttpServing, ManyAnswersAtOnceReachTheirRequests) {
  Taking taking;
  start({}, taking.routes());
  std::vector<Client> clients;
  for (int i = 0; i < 100; ++i) clients.emplace_back(server_->port()).send(post("/inline", "body"));
  const std::vector<Answer> answers = taking.take(100);
  std::jthread([&] {
    for (const Answer& answer : answers) answer(accepted());
  }).join();
  for (Client& client : clients) EXPECT_EQ(client.read_answer(), "HTTP/1.1 202 Accepted | taken");
}

TEST_F(HttpServing, OnlyTheFirstAnswerCounts) {
  Taking taking;
  start({}, taking.routes());
  Client client = connect();
  client.send(post("/inline", "body"));
  const std::vector<Answer> answers = taking.take(1);
  answers.front()(accepted());
  answers.front()(error_response(500, "internal", ""));
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 202 Accepted | taken");
  client.send(post("/inline", "body"));
  taking.take(1).front()(accepted());
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 202 Accepted | taken");
}

TEST_F(HttpServing, ADroppedAnswerIsAFailureAndNoHang) {
  Taking taking;
  start({}, taking.routes());
  Client client = connect();
  client.send(post("/inline", "body"));
  taking.take(1).clear();
  EXPECT_TRUE(client.read_answer().starts_with("HTTP/1.1 500"));
}

TEST_F(HttpServing, AnAnswerAfterTheClientLeftIsDropped) {
  Taking taking;
  start({}, taking.routes());
  {
    Client client = connect();
    client.send(post("/inline", "body"));
    const auto answers = taking.take(1);
    client = connect();  // the first one closes
    answers.front()(accepted());
    client.send(post("/inline", "body"));
    taking.take(1).front()(accepted());
    EXPECT_EQ(client.read_answer(), "HTTP/1.1 202 Accepted | taken");
  }
}

TEST_F(HttpServing, AnAnswerAfterTheServerStoppedIsDropped) {
  Taking taking;
  HttpOptions options;
  options.stop_timeout = 50ms;
  start(options, taking.routes());
  Client client = connect();
  client.send(post("/inline", "body") + post("/threads", "body"));
  const auto answers = taking.take(1);
  server_.reset();
  answers.front()(accepted());
  EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServing, RequestsUnderWayAreBounded) {
  Taking taking;
  HttpOptions options;
  options.requests_under_way_max = 2;
  start(options, taking.routes());
  Client first = connect();
  Client second = connect();
  first.send(post("/inline", "body"));
  second.send(post("/inline", "body"));
  const auto answers = taking.take(2);
  Client third = connect();
  third.send(post("/inline", "body"));
  const std::string refused = third.read_all();
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503")) << refused;
  EXPECT_NE(refused.find("\r\nRetry-After: 1\r\n"), std::string::npos);
  for (const Answer& answer : answers) answer(accepted());
  EXPECT_EQ(first.read_answer(), "HTTP/1.1 202 Accepted | taken");
}

TEST_F(HttpServing, AnswersOfTakersCountAsLongAsTheyTook) {
  Taking taking;
  Router router = taking.routes();
  const auto metrics = router.metrics();
  start({}, std::move(router));
  Client client = connect();
  client.send(post("/inline", "body"));
  const auto answers = taking.take(1);
  EXPECT_EQ(metrics->requests(1, 200), 0u);
  answers.front()(accepted());
  EXPECT_EQ(client.read_answer(), "HTTP/1.1 202 Accepted | taken");
  EXPECT_EQ(metrics->requests(1, 200), 1u);
}

TEST_F(HttpServing, BodiesThatAreBeingReadAreBoundedTogether) {
  HttpOptions options;
  options.body_bytes_held_max = 1'000;
  start(options);
  Client first = connect();
  first.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n" + std::string(800, 'x'));
  std::this_thread::sleep_for(50ms);
  EXPECT_TRUE(ask(post("/echo", std::string(300, 'x'))).starts_with("HTTP/1.1 503"));
  first.send(std::string(100, 'x'));
  EXPECT_TRUE(first.read_answer().starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(ask(post("/echo", std::string(300, 'x'))).starts_with("HTTP/1.1 200"));
}

TEST_F(HttpServing, ABodyThatDribblesIsGivenUp) {
  HttpOptions options;
  options.body_rate_grace = 100ms;
  options.body_rate_min = 1 << 20;
  start(options);
  Client client = connect();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\nx");
  EXPECT_TRUE(client.read_answer().starts_with("HTTP/1.1 408"));
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
