// Sends requests over N connections that are kept, as fast as they are answered or at a fixed rate, and tells
// how many were answered, how fast, and what it cost itself. One thread. At a fixed rate a latency counts
// from the moment when the request was due, so that a server that stalls is not spared what it held up.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint16_t port = 0;
  std::size_t connections = 64;
  double seconds = 5;
  double rate = 0;  // 0: as fast as they are answered
  std::string method = "POST";
  std::string target = "/v1/collect";
  std::vector<std::string> headers;
  std::string lines_file;
  std::size_t lines = 1;
  std::size_t body_size = 200;
  int pid = 0;
};

[[noreturn]] void die(const std::string& what) {
  fmt::print(stderr, "http_load: {}: {}\n", what, std::strerror(errno));
  std::exit(1);
}

std::string request(const Options& options, std::string_view body) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n", options.method, options.target);
  for (const std::string& header : options.headers) text += header + "\r\n";
  if (options.method == "POST") text += fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body);
  return options.method == "POST" ? text : text + "\r\n";
}

// Each with the next lines of the file, or with one made-up event.
std::vector<std::string> prepared_requests(const Options& options) {
  std::vector<std::string> requests;
  if (options.lines_file.empty()) {
    std::string body = R"({"event_type":"page_view","page_url":"https://shop.example/)";
    body.resize(std::max(options.body_size, body.size() + 2) - 2, 'x');
    return {request(options, body + "\"}")};
  }
  std::ifstream file(options.lines_file);
  if (!file) die("cannot open " + options.lines_file);
  std::string body;
  std::size_t lines = 0;
  for (std::string line; std::getline(file, line);) {
    body += line + "\n";
    if (++lines % options.lines != 0) continue;
    requests.push_back(request(options, body));
    body.clear();
  }
  if (requests.empty()) requests.push_back(request(options, body));
  return requests;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Of another process, from /proc; 0 without one.
double cpu_seconds(int pid) {
  if (pid == 0) return 0;
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(std::min(text.rfind(')'), text.size())));
  std::string skipped;
  for (int i = 0; i < 12; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

struct Connection {
  int fd = -1;
  bool is_busy = false;
  Clock::time_point due;
  std::string_view unsent;
  std::string received;
};

class Load {
 public:
  Load(const Options& options, std::vector<std::string> requests)
      : options_(options), requests_(std::move(requests)), poll_(::epoll_create1(EPOLL_CLOEXEC)) {
    latencies_us_.reserve(1 << 20);
    for (std::size_t i = 0; i < options.connections; ++i) connect();
  }

  void run() {
    start_ = Clock::now();
    end_ =
        start_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options_.seconds));
    next_due_ = start_;
    cpu_ = cpu_seconds();
    server_cpu_ = cpu_seconds(options_.pid);
    for (Connection& connection : connections_) idle_.push_back(&connection);
    while (Clock::now() < end_) {
      send_due();
      poll();
    }
    elapsed_ = std::chrono::duration<double>(Clock::now() - start_).count();
    cpu_ = cpu_seconds() - cpu_;
    server_cpu_ = cpu_seconds(options_.pid) - server_cpu_;
  }

  void tell() {
    std::ranges::sort(latencies_us_);
    const auto percentile = [this](double part) {
      if (latencies_us_.empty()) return 0U;
      return latencies_us_[std::min(
          latencies_us_.size() - 1,
          static_cast<std::size_t>(part * static_cast<double>(latencies_us_.size())))];
    };
    std::string statuses;
    for (const auto& [status, count] : statuses_)
      statuses += fmt::format("{}\"{}\":{}", statuses.empty() ? "" : ",", status, count);
    fmt::print(
        "{{\"requests\":{},\"seconds\":{:.3f},\"requests_per_second\":{:.0f},\"p50_us\":{},\"p99_us\":{},"
        "\"p999_us\":{},\"max_us\":{},\"statuses\":{{{}}},\"reconnects\":{},\"driver_cpu_seconds\":{:.3f},"
        "\"server_cpu_seconds\":{:.3f}}}\n",
        latencies_us_.size(), elapsed_, static_cast<double>(latencies_us_.size()) / elapsed_, percentile(0.5),
        percentile(0.99), percentile(0.999), percentile(1), statuses, reconnects_, cpu_, server_cpu_);
  }

 private:
  void connect() {
    Connection& connection = connections_.emplace_back();
    open(connection);
  }

  void open(Connection& connection) {
    connection.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(connection.fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      die("connect");
    const int on = 1;
    ::setsockopt(connection.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &connection;
    if (::epoll_ctl(poll_, EPOLL_CTL_ADD, connection.fd, &event) != 0) die("epoll_ctl");
  }

  void send_due() {
    const auto now = Clock::now();
    if (options_.rate == 0) {
      for (Connection* connection : idle_) send(*connection, now);
      idle_.clear();
      return;
    }
    while (next_due_ <= now && !idle_.empty()) {
      Connection& connection = *idle_.front();
      idle_.pop_front();
      send(connection, next_due_);
      next_due_ +=
          std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / options_.rate));
    }
  }

  void send(Connection& connection, Clock::time_point due) {
    connection.due = due;
    connection.is_busy = true;
    connection.unsent = requests_[next_request_++ % requests_.size()];
    flush(connection);
  }

  // Larger requests than the socket takes at once go on when there is room.
  void flush(Connection& connection) {
    const ssize_t sent = ::send(connection.fd, connection.unsent.data(), connection.unsent.size(),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) connection.unsent.remove_prefix(static_cast<std::size_t>(sent));
    const bool is_blocked = !connection.unsent.empty();
    if (is_blocked || sent < 0) watch(connection, EPOLLIN | (is_blocked ? EPOLLOUT : 0U));
  }

  void watch(Connection& connection, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &connection;
    ::epoll_ctl(poll_, EPOLL_CTL_MOD, connection.fd, &event);
  }

  void poll() {
    epoll_event events[256];
    const int wait_ms = options_.rate == 0                                        ? 100
                        : next_due_ - Clock::now() > std::chrono::milliseconds(1) ? 1
                                                                                  : 0;
    const int count = ::epoll_wait(poll_, events, 256, wait_ms);
    for (int i = 0; i < count; ++i) {
      Connection& connection = *static_cast<Connection*>(events[i].data.ptr);
      if (events[i].events & EPOLLOUT) {
        flush(connection);
        if (connection.unsent.empty()) watch(connection, EPOLLIN);
      }
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(connection);
    }
  }

  void receive(Connection& connection) {
    char buffer[16 << 10];
    const ssize_t size = ::recv(connection.fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return reconnect(connection);
    connection.received.append(buffer, static_cast<std::size_t>(size));
    const std::size_t head_end = connection.received.find("\r\n\r\n");
    if (head_end == std::string::npos) return;
    const std::size_t at = connection.received.find("Content-Length: ");
    const std::size_t body = at < head_end ? std::stoul(connection.received.substr(at + 16, 20)) : 0;
    if (connection.received.size() < head_end + 4 + body) return;
    const auto latency = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - connection.due);
    latencies_us_.push_back(static_cast<std::uint32_t>(latency.count()));
    ++statuses_[connection.received.substr(9, 3)];
    connection.received.clear();
    connection.is_busy = false;
    idle_.push_back(&connection);
  }

  void reconnect(Connection& connection) {
    ++reconnects_;
    ::close(connection.fd);
    connection.received.clear();
    connection.unsent = {};
    open(connection);
    if (connection.is_busy) idle_.push_back(&connection);
    connection.is_busy = false;
  }

  const Options& options_;
  const std::vector<std::string> requests_;
  const int poll_;
  std::deque<Connection> connections_;
  std::deque<Connection*> idle_;
  std::size_t next_request_ = 0;
  Clock::time_point start_;
  Clock::time_point end_;
  Clock::time_point next_due_;
  std::vector<std::uint32_t> latencies_us_;
  std::map<std::string, std::uint64_t> statuses_;
  std::uint64_t reconnects_ = 0;
  double elapsed_ = 0;
  double cpu_ = 0;
  double server_cpu_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Loads an HTTP server on loopback and tells, as JSON, how it did");
  app.add_option("PORT", options.port)->required();
  app.add_option("--connections", options.connections)->capture_default_str();
  app.add_option("--seconds", options.seconds)->capture_default_str();
  app.add_option("--rate", options.rate, "Requests a second; 0: as fast as they are answered")
      ->capture_default_str();
  app.add_option("--method", options.method, "POST or GET")->capture_default_str();
  app.add_option("--target", options.target)->capture_default_str();
  app.add_option("--header", options.headers, "As it stands in the head; may be given again");
  app.add_option("--lines-file", options.lines_file, "Bodies are made of its lines; else one made-up event");
  app.add_option("--lines", options.lines, "Of the file in a body")->capture_default_str();
  app.add_option("--body-size", options.body_size, "Of the made-up event")->capture_default_str();
  app.add_option("--pid", options.pid, "Of the server, to tell its processor time");
  CLI11_PARSE(app, argc, argv);
  Load load(options, prepared_requests(options));
  load.run();
  load.tell();
}
