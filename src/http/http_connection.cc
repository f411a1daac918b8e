#include "http/http_connection.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "http/content_encoding.h"
#include "http/request_target.h"
#include "http/response_headers.h"

namespace millrace {

using boost::system::error_code;

namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
// After a refusal the client may still be sending. Closing at once would reset the connection and take the
// answer with it, so what comes is thrown away for a while.
constexpr std::size_t kDiscardedMax = 4 << 20;
constexpr std::chrono::milliseconds kLinger{1'000};
constexpr std::chrono::milliseconds kNoTimeout = std::chrono::milliseconds::max();
constexpr std::size_t kKeptBufferMax = 4 << 10;  // of a connection without a request
constexpr std::size_t kOnePieceMax = 16 << 10;   // content that is copied behind its head

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

void clear_buffer(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kKeptBufferMax) buffer.shrink_to_fit();
}

}  // namespace

HttpConnection::HttpConnection(Socket socket, std::string remote_address, ConnectionContext& context)
    : socket_(std::move(socket)), remote_address_(std::move(remote_address)), context_(context) {}

HttpConnection::~HttpConnection() = default;

void HttpConnection::start() {
  error_code ignored;
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  enter(Stage::kIdle, context_.options.idle_timeout);
  await_bytes();
}

void HttpConnection::enter(Stage stage, std::chrono::milliseconds timeout) {
  const bool was_waiting = waiting_of_all.is_linked();
  stage_ = stage;
  stage_start_ = Clock::now();
  deadline_ = timeout == kNoTimeout ? Clock::time_point::max() : stage_start_ + timeout;
  if (is_reading()) {
    // A body goes on with its head's place among those who wait: who dribbles is not the newest again.
    if (!was_waiting) context_.on_waiting(*this);
  } else {
    waiting_of_all.unlink();
    waiting_of_address.unlink();
  }
}

void HttpConnection::await_bytes() {
  if (awaiting_bytes_) return;
  awaiting_bytes_ = true;
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](error_code error) {
    self->awaiting_bytes_ = false;
    if (self->stage_ == Stage::kClosed) return;
    if (error) return self->close();
    self->on_readable();
  });
}

void HttpConnection::on_readable() {
  if (is_reading()) return receive();
  if (stage_ == Stage::kAnswering) return notice_hangup();
  if (stage_ == Stage::kLingering) return discard();
  // An answer is being written: what comes is read after it.
}

void HttpConnection::receive() {
  const ssize_t count =
      ::recv(socket_.native_handle(), context_.scratch.data(), context_.scratch.size(), MSG_DONTWAIT);
  if (count > 0) {
    received_.append(context_.scratch.data(), static_cast<std::size_t>(count));
    return work();
  }
  if (count < 0 && would_block()) return await_bytes();
  close();
}

void HttpConnection::use(std::size_t size) {
  used_ += size;
  if (used_ < received_.size()) return;
  used_ = 0;
  clear_buffer(received_);
}

void HttpConnection::work() {
  while (is_reading() && advance()) continue;
  if (is_reading()) await_bytes();
}

// One step; false when it needs more bytes.
bool HttpConnection::advance() {
  if (stage_ == Stage::kBody) return read_body();
  if (unread().empty()) return false;
  if (stage_ == Stage::kIdle) enter(Stage::kHead, context_.options.head_timeout);
  return read_head();
}

bool HttpConnection::read_head() {
  const std::string_view bytes = unread();
  const std::size_t head_size_max = context_.options.head_size_max;
  const std::size_t end = bytes.substr(0, head_size_max).find("\r\n\r\n", head_checked_);
  if (end != std::string_view::npos) {
    head_checked_ = 0;
    auto head = parse_request_head(bytes.substr(0, end + 4));
    use(end + 4);
    if (head.has_value()) {
      begin_request(std::move(*head));
    } else {
      refuse(head.error().status, head.error().code, std::move(head.error().message));
    }
    return true;
  }
  // What cannot become a request is told at once, and not when the time is over.
  if (auto fault = find_broken_byte(bytes.substr(0, head_size_max), head_checked_)) {
    refuse(fault->status, fault->code, std::move(fault->message));
    return true;
  }
  if (bytes.size() >= head_size_max) {
    refuse(431, "head_too_large",
           fmt::format("the head of the request is larger than {} bytes", head_size_max));
    return true;
  }
  head_checked_ = bytes.size() < 3 ? 0 : bytes.size() - 3;
  return false;
}

// All that can be refused is refused before the body is read.
void HttpConnection::begin_request(RequestHead head) {
  const HttpOptions& options = context_.options;
  keep_alive_ = head.keep_alive;
  is_head_request_ = head.method == "HEAD";
  if (head.content_length > options.body_size_max) {
    return refuse(413, "body_too_large",
                  fmt::format("the body has {} bytes, at most {} are accepted", head.content_length,
                              options.body_size_max));
  }
  auto target = parse_request_target(head.target);
  if (!target) return refuse(400, "bad_request", "the address holds a % that no two hex digits follow");
  request_ = {};
  request_.method = std::move(head.method);
  request_.path = std::move(target->path);
  request_.query = std::move(target->query);
  request_.headers = std::move(head.headers);
  request_.remote_address = remote_address_;
  if (auto refusal = context_.host_check.refuse_host(request_)) return refuse(std::move(*refusal));
  routed_ = context_.router.find(request_, target->segments);
  if (!routed_.cross_site) {
    if (auto refusal = context_.host_check.refuse_origin(request_)) return refuse(std::move(*refusal));
  }
  const bool has_body = head.chunked || head.content_length > 0;
  if (routed_.answer) {
    context_.desk->metrics->record(routed_.id, routed_.answer->status, {});
    // A body is not read then, and nothing can be read behind it.
    return respond(std::move(*routed_.answer), has_body || !keep_alive_);
  }
  if (!has_body) return hand_on();
  if (auto refusal = refuse_encoding(request_)) return refuse(std::move(*refusal));
  begin_body(head);
}

void HttpConnection::begin_body(const RequestHead& head) {
  enter(Stage::kBody, context_.options.body_timeout);
  body_left_ = head.content_length;
  chunks_.reset();
  if (head.chunked) chunks_.emplace(context_.options.body_size_max);
  if (!head.expects_continue || !unread().empty()) return;
  // Nothing is under way to this client, so that these few bytes find room.
  const ssize_t sent =
      ::send(socket_.native_handle(), kContinue.data(), kContinue.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent != static_cast<ssize_t>(kContinue.size())) close();
}

bool HttpConnection::read_body() {
  if (unread().empty()) return false;
  if (chunks_) return read_chunks();
  const std::string_view bytes = unread().substr(0, body_left_);
  if (!hold_body(bytes.size())) return true;
  request_.body.append(bytes);
  body_left_ -= bytes.size();
  use(bytes.size());
  if (body_left_ == 0) hand_on();
  return true;
}

bool HttpConnection::read_chunks() {
  std::string_view bytes = unread();
  const std::size_t size = bytes.size();
  if (!hold_body(size)) return true;
  const ChunkedBody::State state = chunks_->read(bytes, request_.body);
  use(size - bytes.size());
  switch (state) {
    case ChunkedBody::State::kMore:
      break;
    case ChunkedBody::State::kDone:
      hand_on();
      break;
    case ChunkedBody::State::kBroken:
      refuse(400, "bad_request", fmt::format("the body cannot be read: {}", chunks_->fault()));
      break;
    case ChunkedBody::State::kTooLarge:
      refuse(413, "body_too_large",
             fmt::format("the body is larger than {} bytes", context_.options.body_size_max));
      break;
  }
  return true;
}

// Many large bodies that come slowly must not add up; false when the request was refused for it.
bool HttpConnection::hold_body(std::size_t size) {
  if (context_.body_bytes_held + size > context_.options.body_bytes_held_max) {
    refuse(503, "busy", "too many requests are being read: try again");
    return false;
  }
  context_.body_bytes_held += size;
  body_held_ += size;
  return true;
}

void HttpConnection::release_body() {
  context_.body_bytes_held -= body_held_;
  body_held_ = 0;
}

void HttpConnection::hand_on() {
  release_body();
  if (context_.desk->under_way >= context_.options.requests_under_way_max)
    return refuse(503, "busy", "too many requests are being answered: try again");
  enter(Stage::kAnswering, kNoTimeout);  // who answers has limits of its own
  ++number_;
  const Route& route = *routed_.route;
  if (route.handler) {
    answering_.emplace();
    request_.stop = answering_->get_token();
  }
  const Answer answer(
      std::make_shared<Exchange>(context_.desk, weak_from_this(), number_, routed_, conditions_of(request_)));
  if (route.taker && request_.body.size() <= route.inline_body_max && !has_encoded_body(request_))
    return Router::run(route, std::move(request_), answer);
  if (!context_.run_on_thread(route, std::move(request_), answer)) {
    HttpResponse response = error_response(503, "busy", "too many requests wait already: try again");
    response.headers.emplace_back("Retry-After", "1");
    return answer(std::move(response));
  }
  // Of a handler alone: who takes a request over has stored it before a client that left is noticed.
  if (route.handler) await_bytes();
}

// A client that has gone wants no answer; one that has sent the next request already waits its turn.
void HttpConnection::notice_hangup() {
  char byte = 0;
  const ssize_t count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (count == 0 && answering_) answering_->request_stop();
}

void HttpConnection::on_answer(std::uint64_t request, HttpResponse response) {
  if (stage_ != Stage::kAnswering || request != number_) return;
  respond(std::move(response), !keep_alive_);
  work();
}

void HttpConnection::refuse(int status, std::string_view code, std::string message) {
  refuse(error_response(status, code, message));
}

void HttpConnection::refuse(HttpResponse response) {
  if (response.status == 503) response.headers.emplace_back("Retry-After", "1");
  context_.desk->metrics->record(RequestMetrics::kUnmatched, response.status, {});
  respond(std::move(response), true);
}

void HttpConnection::respond(HttpResponse response, bool close_after) {
  release_body();
  answering_.reset();
  enter(Stage::kWriting, context_.options.write_timeout);
  close_after_ = close_after || finishing_;
  response_ = std::move(response);
  out_.clear();
  append_response_head(out_, response_, close_after_);
  const bool has_content = !is_head_request_ && response_.status != 304 && response_.status != 204;
  content_rest_ = has_content ? response_.content() : std::string_view();
  if (content_rest_.size() <= kOnePieceMax) {
    out_.append(content_rest_);
    content_rest_ = {};
  }
  out_rest_ = out_;
  send_answer();
}

// Most answers fit into the socket's buffer and are away at once.
void HttpConnection::send_answer() {
  while (!out_rest_.empty() || !content_rest_.empty()) {
    std::array<iovec, 2> parts = {iovec{const_cast<char*>(out_rest_.data()), out_rest_.size()},
                                  iovec{const_cast<char*>(content_rest_.data()), content_rest_.size()}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && !would_block()) return close();
    if (sent < 0) return await_room();
    const std::size_t of_head = std::min(static_cast<std::size_t>(sent), out_rest_.size());
    out_rest_.remove_prefix(of_head);
    content_rest_.remove_prefix(static_cast<std::size_t>(sent) - of_head);
  }
  on_sent();
}

void HttpConnection::await_room() {
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](error_code error) {
    if (self->stage_ != Stage::kWriting) return;
    if (error) return self->close();
    self->send_answer();
    self->work();
  });
}

void HttpConnection::on_sent() {
  response_ = {};
  request_ = {};
  clear_buffer(out_);
  if (!close_after_ && !finishing_) return enter(Stage::kIdle, context_.options.idle_timeout);
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error) return close();
  enter(Stage::kLingering, kLinger);
  await_bytes();
}

void HttpConnection::discard() {
  const ssize_t count =
      ::recv(socket_.native_handle(), context_.scratch.data(), context_.scratch.size(), MSG_DONTWAIT);
  if (count == 0 || (count < 0 && !would_block())) return close();
  if (count > 0) discarded_ += static_cast<std::size_t>(count);
  if (discarded_ > kDiscardedMax) return close();
  await_bytes();
}

// A body that comes so slowly that it would hold its place for nothing.
bool HttpConnection::is_dribbling(Clock::time_point now) const {
  if (stage_ != Stage::kBody) return false;
  const HttpOptions& options = context_.options;
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - stage_start_);
  if (elapsed < options.body_rate_grace) return false;
  return body_held_ * 1'000 < options.body_rate_min * static_cast<std::uint64_t>(elapsed.count());
}

void HttpConnection::check_time(Clock::time_point now) {
  if (now < deadline_ && !is_dribbling(now)) return;
  const HttpOptions& options = context_.options;
  if (stage_ == Stage::kHead) {
    refuse(408, "head_timeout",
           fmt::format("the head of the request did not come within {} ms", options.head_timeout.count()));
  } else if (stage_ == Stage::kBody) {
    refuse(408, "body_timeout",
           fmt::format("the body of the request did not come within {} ms, or at less than {} bytes a second",
                       options.body_timeout.count(), options.body_rate_min));
  } else {
    close();
  }
}

void HttpConnection::finish() {
  finishing_ = true;
  if (answering_) answering_->request_stop();
  if (is_reading()) close();
}

void HttpConnection::close() {
  if (stage_ == Stage::kClosed) return;
  enter(Stage::kClosed, kNoTimeout);
  release_body();
  if (answering_) answering_->request_stop();
  error_code ignored;
  socket_.close(ignored);
  context_.on_closed(*this);
}

}  // namespace millrace
