// One connection: reads requests one after the other, has them answered, writes the answers.
//
// Lives on the server's I/O thread: every function is called there. It keeps itself alive while it has
// anything under way.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "http/host_check.h"
#include "http/http_message.h"
#include "http/http_server.h"
#include "http/request_shape.h"

namespace millrace {

// What connections share. Outlives them.
struct ConnectionContext {
  const HttpOptions& options;
  const HostCheck& host_check;
  RequestMetrics& metrics;
  // Has the request answered on another thread and `done` called on the I/O thread; false when too many wait
  // already.
  std::function<bool(HttpRequest, std::function<void(HttpResponse)>)> submit;
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  HttpConnection(Socket socket, std::string remote_address, const ConnectionContext& context,
                 std::function<void(HttpConnection&)> on_closed);
  ~HttpConnection();

  void start();
  // No further request: closes now, or after the answer that is being made.
  void finish();
  void close();

  const std::string& remote_address() const { return remote_address_; }
  // Waits for the client, so that it may be closed when room is needed.
  bool is_waiting() const { return stage_ == Stage::kReading; }
  std::chrono::steady_clock::time_point waiting_since() const { return stage_start_; }

 private:
  enum class Stage { kReading, kAnswering, kWriting, kClosed };
  struct Body;

  void await_request();
  void read_head();
  void on_head(std::size_t size);
  void begin_body(RequestHead head, std::size_t head_size);
  void read_body();
  void on_broken_body(boost::system::error_code error);
  void submit_request();
  void watch_for_hangup();
  void on_readable_while_answering();
  void respond(HttpResponse response, bool close_after);
  void refuse(int status, std::string_view code, std::string message);
  void on_written();
  void linger();
  void discard();
  void enter(Stage stage);
  // Calls `on_expiry` unless the deadline is moved first.
  void set_deadline(std::chrono::milliseconds timeout, void (HttpConnection::*on_expiry)());
  void on_head_timeout();
  void on_body_timeout();

  Socket socket_;
  boost::asio::steady_timer timer_;
  std::uint64_t deadline_ = 0;  // counts deadlines, so that one that is past is not taken for the next
  std::string remote_address_;
  const ConnectionContext& context_;
  std::function<void(HttpConnection&)> on_closed_;
  Stage stage_ = Stage::kReading;
  std::chrono::steady_clock::time_point stage_start_;
  std::string buffer_;  // read and not yet used
  RequestHead head_;
  std::unique_ptr<Body> body_;
  std::optional<std::stop_source> answering_;
  std::string out_head_;
  HttpResponse out_;
  std::string discarded_bytes_;
  std::size_t discarded_ = 0;
  bool close_after_ = false;
  bool finishing_ = false;
};

}  // namespace millrace
