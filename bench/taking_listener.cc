// The server of the program with one route that takes requests over and stores nothing: what a door costs
// before it does anything. `taking_listener` answers on the I/O thread, `taking_listener threaded` on another
// one, all that are there at a time, as a log does after it has synced. Prints its port and serves until its
// standard input ends.
#include <fmt/format.h>

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "http/http_server.h"

namespace {

using millrace::Answer;
using millrace::HttpResponse;

HttpResponse accepted() {
  HttpResponse response;
  response.status = 202;
  response.content_type = "application/json";
  response.body = "{\"accepted\":1}\n";
  return response;
}

// Answers in groups, on a thread of its own.
class Answerer {
 public:
  Answerer() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void add(Answer answer) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(answer));
    wake_.notify_one();
  }

 private:
  void run(const std::stop_token& stop) {
    std::vector<Answer> group;
    while (!stop.stop_requested()) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, stop, [this] { return !waiting_.empty(); });
      group.swap(waiting_);
      lock.unlock();
      for (const Answer& answer : group) answer(accepted());
      group.clear();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<Answer> waiting_;
  std::jthread thread_;
};

}  // namespace

int main(int argc, char** argv) {
  const bool threaded = argc > 1 && std::string_view(argv[1]) == "threaded";
  Answerer answerer;
  millrace::Route route(millrace::Access::kIngest);
  route.method = "POST";
  route.path = "/v1/collect";
  route.summary = "Takes anything";
  route.cross_site = true;
  route.inline_body_max = 64 << 10;
  route.taker = [&](millrace::HttpRequest, Answer answer) {
    if (threaded) return answerer.add(std::move(answer));
    answer(accepted());
  };
  millrace::Router router;
  router.add(std::move(route));
  millrace::HttpOptions options;
  options.port = 0;
  const auto server = millrace::HttpServer::start(options, std::move(router));
  if (!server.has_value()) {
    fmt::print(stderr, "{}\n", server.error().message);
    return 1;
  }
  fmt::print("{}\n", (*server)->port());
  std::fflush(stdout);
  while (std::getchar() != EOF) continue;
}
