// One connection: reads requests one after the other, has them answered, writes the answers.
//
// Lives on the server's I/O thread: every function is called there. The server owns it until it is closed; it
// keeps itself alive beyond that while it has anything under way.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "http/chunked_body.h"
#include "http/exchange.h"
#include "http/host_check.h"
#include "http/http_message.h"
#include "http/http_server.h"
#include "http/request_shape.h"
#include "http/router.h"

namespace millrace {

class HttpConnection;

using WaitingHook = boost::intrusive::list_member_hook<
    boost::intrusive::link_mode<boost::intrusive::link_mode_type::auto_unlink>>;

// What connections share. Outlives them.
struct ConnectionContext {
  const HttpOptions& options;
  const HostCheck& host_check;
  const Router& router;
  std::shared_ptr<ExchangeDesk> desk;
  // Has a request answered on another thread; false when too many wait already.
  std::function<bool(const Route&, HttpRequest, const Answer&)> run_on_thread;
  std::function<void(HttpConnection&)> on_waiting;  // for its client: it may be closed when room is needed
  std::function<void(HttpConnection&)> on_closed;
  std::span<char> scratch;          // what is read goes through it
  std::size_t body_bytes_held = 0;  // of requests that are being read
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Clock = std::chrono::steady_clock;

  HttpConnection(Socket socket, std::string remote_address, ConnectionContext& context);
  ~HttpConnection();

  void start();
  // The answer to the request of that number; one that comes too late is dropped.
  void on_answer(std::uint64_t request, HttpResponse response);
  // Gives up what takes too long. To be called now and then: no connection has a timer of its own.
  void check_time(Clock::time_point now);
  // No further request: closes now, or after the answer that is being made.
  void finish();
  void close();

  const std::string& remote_address() const { return remote_address_; }

  // Hold the connection while it waits for its client.
  WaitingHook waiting_of_all;
  WaitingHook waiting_of_address;

 private:
  enum class Stage { kIdle, kHead, kBody, kAnswering, kWriting, kLingering, kClosed };

  bool is_reading() const { return stage_ <= Stage::kBody; }
  std::string_view unread() const { return std::string_view(received_).substr(used_); }
  void use(std::size_t size);

  void enter(Stage stage, std::chrono::milliseconds timeout);
  void await_bytes();
  void on_readable();
  void receive();
  void work();
  bool advance();
  bool read_head();
  void begin_request(RequestHead head);
  void begin_body(const RequestHead& head);
  bool read_body();
  bool read_chunks();
  bool hold_body(std::size_t size);
  void release_body();
  bool is_dribbling(Clock::time_point now) const;
  void hand_on();
  void notice_hangup();
  void respond(HttpResponse response, bool close_after);
  void refuse(int status, std::string_view code, std::string message);
  void refuse(HttpResponse response);
  void send_answer();
  void await_room();
  void on_sent();
  void discard();

  Socket socket_;
  std::string remote_address_;
  ConnectionContext& context_;
  Stage stage_ = Stage::kIdle;
  Clock::time_point stage_start_;
  Clock::time_point deadline_ = Clock::time_point::max();
  bool awaiting_bytes_ = false;

  std::string received_;  // from used_ on not yet used
  std::size_t used_ = 0;
  std::size_t head_checked_ = 0;  // of an incomplete head

  // The request that is being read, or answered.
  HttpRequest request_;
  Routed routed_;
  std::uint64_t number_ = 0;
  std::size_t body_left_ = 0;  // with a Content-Length
  std::optional<ChunkedBody> chunks_;
  std::size_t body_held_ = 0;  // counted in the context
  bool keep_alive_ = true;
  bool is_head_request_ = false;
  std::optional<std::stop_source> answering_;

  // The answer that is being written.
  std::string out_;
  HttpResponse response_;
  std::string_view out_rest_;
  std::string_view content_rest_;
  bool close_after_ = false;
  bool finishing_ = false;
  std::size_t discarded_ = 0;
};

}  // namespace millrace
