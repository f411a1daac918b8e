#include "http/exchange.h"

namespace millrace {

void AnswerQueue::put(Given given) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  given_.push_back(std::move(given));
  // Under the lock, so that nobody wakes a thread that close() has said good-bye to.
  if (given_.size() == 1) wake_();
}

void AnswerQueue::take(std::vector<Given>& into) {
  into.clear();
  const std::lock_guard lock(mutex_);
  into.swap(given_);
}

void AnswerQueue::close() {
  std::vector<Given> dropped;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  dropped.swap(given_);
}

Exchange::Exchange(std::shared_ptr<ExchangeDesk> desk, std::weak_ptr<HttpConnection> connection,
                   std::uint64_t request, const Routed& routed, RequestConditions conditions)
    : desk_(std::move(desk)),
      connection_(std::move(connection)),
      request_(request),
      route_(routed.id),
      cross_site_(routed.cross_site),
      by_handler_(routed.route->handler != nullptr),
      conditions_(std::move(conditions)) {
  ++desk_->under_way;
}

Exchange::~Exchange() {
  give_up();
}

void Exchange::receive(HttpResponse response) {
  // Who gives a taker's answer has other things to do than to compress it.
  if (by_handler_) apply_conditions(conditions_, response);
  response.cross_site = cross_site_;
  desk_->metrics->record(route_, response.status, std::chrono::steady_clock::now() - start_);
  --desk_->under_way;
  desk_->answers.put({std::move(connection_), request_, std::move(response)});
}

}  // namespace millrace
