#include "http/http_server.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "http/http_connection.h"
#include "http/response_headers.h"

namespace millrace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// After a failed accept: long enough not to spin while descriptors are short, short enough that nobody
// notices.
constexpr std::chrono::milliseconds kAcceptAgain{50};

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
        context_{options_, host_check_, *router_.metrics(),
                 [this](HttpRequest request, std::function<void(HttpResponse)> done) {
                   return submit(std::move(request), std::move(done));
                 }} {}

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
    handlers_.join();
  }

  const tcp::endpoint& bound() const { return bound_; }
  std::size_t connection_count() const { return connection_count_; }

 private:
  using ConnectionPtr = std::shared_ptr<HttpConnection>;

  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (stopping_) return;
      if (!error) {
        admit(std::move(socket));
        return accept();
      }
      // Out of descriptors, as a rule: make room, and try again later.
      evict("");
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
    auto connection = std::make_shared<HttpConnection>(std::move(socket), address, context_,
                                                       [this](HttpConnection& closed) { forget(closed); });
    connections_.insert(connection);
    ++by_address_[address];
    connection_count_ = connections_.size();
    connection->start();
  }

  bool make_room_for(const std::string& address) {
    const auto count = by_address_.find(address);
    if (count != by_address_.end() && count->second >= options_.connections_per_address_max &&
        !evict(address))
      return false;
    return connections_.size() < options_.connections_max || evict("");
  }

  // Closes the connection that waits longest for its client, of that address or of any. So a crowd of idle
  // ones pushes out each other, and not those who have something to ask.
  bool evict(const std::string& address) {
    ConnectionPtr oldest;
    for (const ConnectionPtr& connection : connections_) {
      if (!connection->is_waiting() || (!address.empty() && connection->remote_address() != address))
        continue;
      if (!oldest || connection->waiting_since() < oldest->waiting_since()) oldest = connection;
    }
    if (oldest) oldest->close();
    return oldest != nullptr;
  }

  void turn_away(tcp::socket& socket) {
    HttpResponse response = error_response(503, "busy", "too many connections: try again");
    add_security_headers(response);
    const std::string text = response_head(response, true) + response.body;
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(text), ignored);
    router_.metrics()->record(RequestMetrics::kUnmatched, 503, {});
  }

  void forget(HttpConnection& closed) {
    const auto count = by_address_.find(closed.remote_address());
    if (count != by_address_.end() && --count->second == 0) by_address_.erase(count);
    connections_.erase(closed.shared_from_this());
    connection_count_ = connections_.size();
    if (stopping_ && connections_.empty()) stop_timer_.cancel();
  }

  bool submit(HttpRequest request, std::function<void(HttpResponse)> done) {
    if (requests_under_way_ >= options_.requests_waiting_max + options_.request_threads) return false;
    ++requests_under_way_;
    asio::post(handlers_, [this, request = std::move(request), done = std::move(done)]() mutable {
      HttpResponse response = router_.respond(std::move(request));
      --requests_under_way_;
      asio::post(io_, [response = std::move(response), done = std::move(done)]() mutable {
        done(std::move(response));
      });
    });
    return true;
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

  const HttpOptions options_;
  const Router router_;
  const HostCheck host_check_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer accept_timer_;
  asio::steady_timer stop_timer_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::thread_pool handlers_;
  const ConnectionContext context_;
  tcp::endpoint bound_;

  // Of the I/O thread.
  std::unordered_set<ConnectionPtr> connections_;
  std::unordered_map<std::string, std::size_t> by_address_;
  bool stopping_ = false;

  std::atomic<std::size_t> connection_count_ = 0;
  std::atomic<std::size_t> requests_under_way_ = 0;
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
