// The way of an answer from the thread that gives it back to the connection.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "http/answer.h"
#include "http/http_message.h"
#include "http/response_headers.h"
#include "http/router.h"

namespace millrace {

class HttpConnection;

// Answers on their way to the I/O thread, which is woken once for all that come together. Thread-safe. Lives
// as long as anybody may still give an answer, and so perhaps longer than the server.
class AnswerQueue {
 public:
  struct Given {
    std::weak_ptr<HttpConnection> connection;  // looked into on the I/O thread alone
    std::uint64_t request = 0;                 // of that connection
    HttpResponse response;
  };

  // `wake` has the I/O thread call take(). Called from any thread, and not after close().
  explicit AnswerQueue(std::function<void()> wake) : wake_(std::move(wake)) {}

  void put(Given given);
  void take(std::vector<Given>& into);
  // What is there and what still comes is dropped.
  void close();

 private:
  std::mutex mutex_;
  std::function<void()> wake_;
  std::vector<Given> given_;
  bool closed_ = false;
};

// What all exchanges of a server share.
struct ExchangeDesk {
  ExchangeDesk(std::function<void()> wake, std::shared_ptr<RequestMetrics> request_metrics)
      : answers(std::move(wake)), metrics(std::move(request_metrics)) {}

  AnswerQueue answers;
  std::shared_ptr<RequestMetrics> metrics;
  std::atomic<std::size_t> under_way = 0;
};

// A request that was handed on and is not answered yet.
class Exchange final : public Answer::Receiver {
 public:
  Exchange(std::shared_ptr<ExchangeDesk> desk, std::weak_ptr<HttpConnection> connection,
           std::uint64_t request, const Routed& routed, RequestConditions conditions);
  ~Exchange() override;

 private:
  void receive(HttpResponse response) override;

  const std::shared_ptr<ExchangeDesk> desk_;
  std::weak_ptr<HttpConnection> connection_;
  const std::uint64_t request_;
  const RequestMetrics::RouteId route_;
  const bool cross_site_;
  const bool by_handler_;
  const RequestConditions conditions_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace millrace
