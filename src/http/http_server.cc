#include "http/http_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/intrusive/list.hpp>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "http/exchange.h"
#include "http/http_connection.h"
#include "http/response_headers.h"

namespace millrace {

namespace asio = boost::asio;
namespace intrusive = boost::intrusive;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// After a failed accept: long enough not to spin while descriptors are short, short enough that nobody
// notices.
constexpr std::chrono::milliseconds kAcceptAgain{50};
// How late a deadline may be noticed.
constexpr std::chrono::milliseconds kSweep{100};
constexpr std::size_t kScratchSize = 64 << 10;

std::string url_authority(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return fmt::format(fmt::runtime(endpoint.address().is_v6() ? "[{}]:{}" : "{}:{}"), address,
                     endpoint.port());
}

std::unexpected<Error> cannot_listen(const tcp::endpoint& endpoint, error_code error) {
  const std::string where = url_authority(endpoint);
  if (error == asio::error::address_in_use) {
    return fail(
        ErrorCode::kConflict,
        fmt::format("{} is already in use: stop the other program or choose another port with --listen",
                    where));
  }
  if (error == asio::error::access_denied) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("not allowed to listen on {}: choose a port from 1024 up with --listen", where));
  }
  if (error == boost::system::errc::address_not_available) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} is no address of this machine", where));
  }
  return fail(ErrorCode::kIo, fmt::format("cannot listen on {}: {}", where, error.message()));
}

void close_on_exec(int fd) {
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(const HttpOptions& options, Router router)
      : options_(options),
        router_(std::move(router)),
        host_check_(options.address, options.host_names),
        acceptor_(io_),
        accept_timer_(io_),
        stop_timer_(io_),
        work_(asio::make_work_guard(io_)),
        handlers_(options.request_threads),
        sweep_timer_(io_),
        desk_(std::make_shared<ExchangeDesk>([this] { asio::post(io_, [this] { hand_out_answers(); }); },
                                             router_.metrics())),
        context_{.options = options_,
                 .host_check = host_check_,
                 .router = router_,
                 .desk = desk_,
                 .run_on_thread =
                     [this](const Route& route, HttpRequest request, const Answer& answer) {
                       return run_on_thread(route, std::move(request), answer);
                     },
                 .on_waiting = [this](HttpConnection& connection) { note_waiting(connection); },
                 .on_closed = [this](HttpConnection& connection) { forget(connection); },
                 .scratch = scratch_} {
    limit_connections_to_descriptors();
  }

  ~Impl() { stop(); }

  Status listen() {
    error_code error;
    const auto address =
        asio::ip::make_address(options_.address == "localhost" ? "127.0.0.1" : options_.address, error);
    if (error) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("'{}' is no IP address: write one like 127.0.0.1 or ::1", options_.address));
    }
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) bound_ = acceptor_.local_endpoint(error);
    if (error) return cannot_listen(endpoint, error);
    close_on_exec(acceptor_.native_handle());
    return {};
  }

  void run() {
    accept();
    thread_ = std::jthread([this] { io_.run(); });
  }

  void stop() {
    const std::lock_guard lock(stop_mutex_);
    if (!thread_.joinable()) return;
    asio::post(io_, [this] { begin_stop(); });
    thread_.join();
    desk_->answers.close();
    handlers_.join();
  }

  const tcp::endpoint& bound() const { return bound_; }
  std::size_t connection_count() const { return connection_count_; }

 private:
  using ConnectionPtr = std::shared_ptr<HttpConnection>;
  using WaitingOfAll =
      intrusive::list<HttpConnection,
                      intrusive::member_hook<HttpConnection, WaitingHook, &HttpConnection::waiting_of_all>,
                      intrusive::constant_time_size<false>>;
  using WaitingOfAddress = intrusive::list<
      HttpConnection,
      intrusive::member_hook<HttpConnection, WaitingHook, &HttpConnection::waiting_of_address>,
      intrusive::constant_time_size<false>>;

  struct Address {
    std::size_t connections = 0;
    WaitingOfAddress waiting;  // the longest first
  };

  // The rest of the program needs descriptors, too.
  void limit_connections_to_descriptors() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
    options_.connections_max =
        std::min(options_.connections_max, std::max<std::size_t>(limit.rlim_cur / 4 * 3, 1));
  }

  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (stopping_) return;
      if (!error) {
        admit(std::move(socket));
        return accept();
      }
      // Out of descriptors, as a rule: make room, and try again later.
      evict(waiting_);
      accept_timer_.expires_after(kAcceptAgain);
      accept_timer_.async_wait([this](error_code cancelled) {
        if (!cancelled && !stopping_) accept();
      });
    });
  }

  void admit(tcp::socket socket) {
    close_on_exec(socket.native_handle());
    error_code error;
    const tcp::endpoint remote = socket.remote_endpoint(error);
    if (error) return;  // gone already
    const std::string address = remote.address().to_string();
    if (!make_room_for(address)) return turn_away(socket);
    auto connection = std::make_shared<HttpConnection>(std::move(socket), address, context_);
    if (connections_.empty()) sweep_later();
    connections_.insert(connection);
    ++addresses_[address].connections;
    connection_count_ = connections_.size();
    connection->start();
  }

  bool make_room_for(const std::string& address) {
    const auto found = addresses_.find(address);
    const bool is_full =
        found != addresses_.end() && found->second.connections >= options_.connections_per_address_max;
    if (is_full && !evict(found->second.waiting)) return false;
    return connections_.size() < options_.connections_max || evict(waiting_);
  }

  // Closes the connection that waits longest for its client. So a crowd of idle ones pushes out each other,
  // and not those who have something to ask.
  template <typename Waiting>
  static bool evict(Waiting& waiting) {
    if (waiting.empty()) return false;
    const ConnectionPtr longest = waiting.front().shared_from_this();
    longest->close();
    return true;
  }

  void note_waiting(HttpConnection& connection) {
    waiting_.push_back(connection);
    addresses_.at(connection.remote_address()).waiting.push_back(connection);
  }

  void turn_away(tcp::socket& socket) {
    HttpResponse response = error_response(503, "busy", "too many connections: try again");
    response.headers.emplace_back("Retry-After", "1");
    std::string text;
    append_response_head(text, response, true);
    text += response.body;
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
    router_.metrics()->record(RequestMetrics::kUnmatched, 503, {});
  }

  void forget(HttpConnection& closed) {
    const auto address = addresses_.find(closed.remote_address());
    if (address != addresses_.end() && --address->second.connections == 0) addresses_.erase(address);
    connections_.erase(closed.shared_from_this());
    connection_count_ = connections_.size();
    if (!connections_.empty()) return;
    sweep_timer_.cancel();
    if (stopping_) stop_timer_.cancel();
  }

  // One timer for all connections: arming one for each request costs more than all else that is done for it.
  void sweep_later() {
    sweep_timer_.expires_after(kSweep);
    sweep_timer_.async_wait([this](error_code cancelled) {
      if (cancelled || connections_.empty()) return;
      const auto now = HttpConnection::Clock::now();
      for (const ConnectionPtr& connection : std::vector(connections_.begin(), connections_.end()))
        connection->check_time(now);
      if (!connections_.empty()) sweep_later();
    });
  }

  bool run_on_thread(const Route& route, HttpRequest request, const Answer& answer) {
    if (on_threads_ >= options_.requests_waiting_max + options_.request_threads) return false;
    ++on_threads_;
    asio::post(handlers_, [this, &route, request = std::move(request), answer]() mutable {
      Router::run(route, std::move(request), answer);
      --on_threads_;
    });
    return true;
  }

  void hand_out_answers() {
    desk_->answers.take(given_);
    for (AnswerQueue::Given& given : given_) {
      if (const ConnectionPtr connection = given.connection.lock())
        connection->on_answer(given.request, std::move(given.response));
    }
    given_.clear();
  }

  void begin_stop() {
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    accept_timer_.cancel();
    for (const ConnectionPtr& connection : std::vector(connections_.begin(), connections_.end()))
      connection->finish();
    work_.reset();
    if (connections_.empty()) return;
    stop_timer_.expires_after(options_.stop_timeout);
    stop_timer_.async_wait([this](error_code cancelled) {
      if (cancelled) return;
      for (const ConnectionPtr& connection : std::vector(connections_.begin(), connections_.end()))
        connection->close();
    });
  }

  HttpOptions options_;
  const Router router_;
  const HostCheck host_check_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer accept_timer_;
  asio::steady_timer stop_timer_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::thread_pool handlers_;
  asio::steady_timer sweep_timer_;
  std::array<char, kScratchSize> scratch_;
  const std::shared_ptr<ExchangeDesk> desk_;
  tcp::endpoint bound_;

  // Of the I/O thread.
  ConnectionContext context_;
  WaitingOfAll waiting_;  // the longest first
  std::unordered_map<std::string, Address> addresses_;
  std::unordered_set<ConnectionPtr> connections_;
  std::vector<AnswerQueue::Given> given_;
  bool stopping_ = false;

  std::atomic<std::size_t> connection_count_ = 0;
  std::atomic<std::size_t> on_threads_ = 0;
  std::mutex stop_mutex_;
  std::jthread thread_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpOptions& options, Router router) {
  auto impl = std::make_unique<Impl>(options, std::move(router));
  MILLRACE_TRY(impl->listen());
  impl->run();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::string HttpServer::address() const {
  return url_authority(impl_->bound());
}

std::uint16_t HttpServer::port() const {
  return impl_->bound().port();
}

std::size_t HttpServer::connections() const {
  return impl_->connection_count();
}

void HttpServer::stop() {
  impl_->stop();
}

}  // namespace millrace
