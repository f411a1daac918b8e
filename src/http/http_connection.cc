#include "http/http_connection.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

// g++ 12 takes an empty optional inside Beast for an uninitialised one when sanitizers are on.
#pragma GCC diagnostic push
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#pragma GCC diagnostic pop

#include "http/request_target.h"
#include "http/response_headers.h"

namespace millrace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
// After a refusal the client may still be sending. Closing at once would reset the connection and take the
// answer with it, so what comes is thrown away for a while.
constexpr std::size_t kDiscardedMax = 4 << 20;
constexpr std::chrono::milliseconds kLinger{1'000};
constexpr std::size_t kBodyBufferMax = 64 << 10;

}  // namespace

// The body of the request that is being read, decoded by Beast.
struct HttpConnection::Body {
  Body(std::size_t size_max, std::string received)
      : buffered(std::move(received)), input(buffered, kBodyBufferMax) {
    parser.body_limit(size_max);
    parser.eager(true);
  }

  beast::http::request_parser<beast::http::string_body> parser;
  std::string buffered;  // read and not yet decoded
  asio::dynamic_string_buffer<char, std::char_traits<char>, std::allocator<char>> input;
};

HttpConnection::HttpConnection(Socket socket, std::string remote_address, const ConnectionContext& context,
                               std::function<void(HttpConnection&)> on_closed)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      remote_address_(std::move(remote_address)),
      context_(context),
      on_closed_(std::move(on_closed)),
      stage_start_(std::chrono::steady_clock::now()) {}

HttpConnection::~HttpConnection() = default;

void HttpConnection::start() {
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  await_request();
}

void HttpConnection::enter(Stage stage) {
  stage_ = stage;
  stage_start_ = std::chrono::steady_clock::now();
}

void HttpConnection::set_deadline(std::chrono::milliseconds timeout, void (HttpConnection::*on_expiry)()) {
  const std::uint64_t deadline = ++deadline_;
  timer_.expires_after(timeout);
  timer_.async_wait([self = shared_from_this(), deadline, on_expiry](error_code error) {
    if (!error && deadline == self->deadline_ && self->stage_ != Stage::kClosed) (self.get()->*on_expiry)();
  });
}

// Idle connections hold no buffer.
void HttpConnection::await_request() {
  enter(Stage::kReading);
  if (!buffer_.empty()) return read_head();
  buffer_.shrink_to_fit();
  set_deadline(context_.options.idle_timeout, &HttpConnection::close);
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](error_code error) {
    if (self->stage_ != Stage::kReading) return;
    if (error) return self->close();
    self->read_head();
  });
}

void HttpConnection::read_head() {
  set_deadline(context_.options.head_timeout, &HttpConnection::on_head_timeout);
  asio::async_read_until(socket_, asio::dynamic_buffer(buffer_, context_.options.head_size_max), "\r\n\r\n",
                         [self = shared_from_this()](error_code error, std::size_t size) {
                           if (self->stage_ != Stage::kReading) return;
                           if (!error) return self->on_head(size);
                           if (error != asio::error::not_found) return self->close();
                           self->refuse(431, "head_too_large",
                                        fmt::format("the head of the request is larger than {} bytes",
                                                    self->context_.options.head_size_max));
                         });
}

void HttpConnection::on_head_timeout() {
  if (buffer_.empty()) return close();
  refuse(408, "head_timeout",
         fmt::format("the head of the request did not come within {} ms",
                     context_.options.head_timeout.count()));
}

void HttpConnection::on_body_timeout() {
  refuse(408, "body_timeout",
         fmt::format("the body of the request did not come within {} ms",
                     context_.options.body_timeout.count()));
}

void HttpConnection::on_head(std::size_t size) {
  auto head = parse_request_head(std::string_view(buffer_).substr(0, size));
  if (!head.has_value())
    return refuse(head.error().status, head.error().code, std::move(head.error().message));
  if (head->content_length > context_.options.body_size_max) {
    return refuse(413, "body_too_large",
                  fmt::format("the body has {} bytes, at most {} are accepted", head->content_length,
                              context_.options.body_size_max));
  }
  begin_body(std::move(*head), size);
}

void HttpConnection::begin_body(RequestHead head, std::size_t head_size) {
  head_ = std::move(head);
  const std::string head_bytes = buffer_.substr(0, head_size);
  body_ = std::make_unique<Body>(context_.options.body_size_max, buffer_.substr(head_size));
  buffer_.clear();
  error_code error;
  body_->parser.put(asio::buffer(head_bytes), error);
  if (error && error != beast::http::error::need_more) return refuse(400, "bad_request", error.message());
  if (body_->parser.is_done()) return submit_request();
  set_deadline(context_.options.body_timeout, &HttpConnection::on_body_timeout);
  if (!head_.expects_continue || !body_->buffered.empty()) return read_body();
  asio::async_write(socket_, asio::buffer(kContinue),
                    [self = shared_from_this()](error_code failed, std::size_t) {
                      if (self->stage_ != Stage::kReading) return;
                      if (failed) return self->close();
                      self->read_body();
                    });
}

void HttpConnection::read_body() {
  beast::http::async_read(socket_, body_->input, body_->parser,
                          [self = shared_from_this()](error_code error, std::size_t) {
                            if (self->stage_ != Stage::kReading) return;
                            if (!error) return self->submit_request();
                            self->on_broken_body(error);
                          });
}

void HttpConnection::on_broken_body(error_code error) {
  if (error == beast::http::error::body_limit) {
    return refuse(413, "body_too_large",
                  fmt::format("the body is larger than {} bytes", context_.options.body_size_max));
  }
  // Any other error of the parser is a body that breaks the rules; what is left are errors of the socket.
  const bool broken_off =
      error == beast::http::error::end_of_stream || error == beast::http::error::partial_message;
  const bool of_parser = error.category() == make_error_code(beast::http::error::bad_chunk).category();
  if (of_parser && !broken_off)
    return refuse(400, "bad_request", "the body cannot be read: " + error.message());
  close();
}

void HttpConnection::submit_request() {
  auto target = parse_request_target(head_.target);
  if (!target) return refuse(400, "bad_request", "the address holds a % that no two hex digits follow");
  HttpRequest request;
  request.method = head_.method;
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  request.headers = std::move(head_.headers);
  request.body = std::move(body_->parser.get().body());
  request.remote_address = remote_address_;
  buffer_ = std::move(body_->buffered);
  body_.reset();
  if (auto refusal = context_.host_check.refuse(request)) {
    context_.metrics.record(RequestMetrics::kUnmatched, refusal->status, {});
    add_security_headers(*refusal);
    return respond(std::move(*refusal), true);
  }
  enter(Stage::kAnswering);
  ++deadline_;  // none while the handler works: it has limits of its own
  answering_.emplace();
  request.stop = answering_->get_token();
  const bool keep_alive = head_.keep_alive;
  const bool accepted =
      context_.submit(std::move(request), [self = shared_from_this(), keep_alive](HttpResponse response) {
        if (self->stage_ == Stage::kAnswering) self->respond(std::move(response), !keep_alive);
      });
  if (!accepted) return refuse(503, "busy", "too many requests wait already: try again");
  watch_for_hangup();
}

void HttpConnection::watch_for_hangup() {
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](error_code error) {
    if (!error && self->stage_ == Stage::kAnswering) self->on_readable_while_answering();
  });
}

// A client that has gone wants no answer; one that has sent the next request already waits its turn.
void HttpConnection::on_readable_while_answering() {
  char byte = 0;
  const ssize_t count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (count == 0 && answering_) answering_->request_stop();
}

void HttpConnection::refuse(int status, std::string_view code, std::string message) {
  HttpResponse response = error_response(status, code, message);
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  context_.metrics.record(RequestMetrics::kUnmatched, status, {});
  add_security_headers(response);
  respond(std::move(response), true);
}

void HttpConnection::respond(HttpResponse response, bool close_after) {
  // Ends whatever still reads, or waits to.
  error_code ignored;
  socket_.cancel(ignored);
  enter(Stage::kWriting);
  answering_.reset();
  close_after_ = close_after || finishing_;
  out_ = std::move(response);
  out_head_ = response_head(out_, close_after_);
  const bool has_content = head_.method != "HEAD" && out_.status != 304 && out_.status != 204;
  const std::string_view content = has_content ? out_.content() : std::string_view();
  set_deadline(context_.options.write_timeout, &HttpConnection::close);
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(out_head_),
                                                     asio::buffer(content.data(), content.size())};
  asio::async_write(socket_, buffers, [self = shared_from_this()](error_code error, std::size_t) {
    if (self->stage_ != Stage::kWriting) return;
    if (error) return self->close();
    self->on_written();
  });
}

void HttpConnection::on_written() {
  out_ = {};
  head_ = {};
  if (close_after_ || finishing_) return linger();
  await_request();
}

void HttpConnection::linger() {
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error) return close();
  set_deadline(kLinger, &HttpConnection::close);
  discard();
}

void HttpConnection::discard() {
  discarded_bytes_.resize(16 << 10);
  socket_.async_read_some(asio::buffer(discarded_bytes_),
                          [self = shared_from_this()](error_code error, std::size_t size) {
                            self->discarded_ += size;
                            if (error || self->discarded_ > kDiscardedMax) return self->close();
                            self->discard();
                          });
}

void HttpConnection::finish() {
  finishing_ = true;
  if (answering_) answering_->request_stop();
  if (stage_ == Stage::kReading) close();
}

void HttpConnection::close() {
  if (stage_ == Stage::kClosed) return;
  enter(Stage::kClosed);
  if (answering_) answering_->request_stop();
  timer_.cancel();
  error_code ignored;
  socket_.close(ignored);
  on_closed_(*this);
}

}  // namespace millrace
