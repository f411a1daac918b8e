#include "query/reader_pool.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <vector>

#include "base/check.h"
#include "warehouse/database.h"

namespace millrace {

struct ReaderPool::State {
  State(const Database& opened, ReaderPoolOptions chosen) : database(opened), options(chosen) {}

  const Database& database;
  const ReaderPoolOptions options;
  std::mutex mutex;  // guards idle and leased
  std::condition_variable freed;
  std::vector<std::unique_ptr<Connection>> idle;
  std::size_t leased = 0;
};

ReaderPool::Lease::Lease(ReaderPool& pool, std::unique_ptr<Connection> connection)
    : pool_(&pool), connection_(std::move(connection)) {}

ReaderPool::Lease::Lease(Lease&& other) noexcept = default;

ReaderPool::Lease::~Lease() {
  if (connection_ != nullptr) pool_->give_back(std::move(connection_));
}

ReaderPool::ReaderPool(const Database& database, ReaderPoolOptions options)
    : state_(std::make_unique<State>(database, options)) {}

ReaderPool::~ReaderPool() {
  MILLRACE_CHECK(state_->leased == 0);
}

Result<ReaderPool::Lease> ReaderPool::acquire() {
  std::unique_lock lock(state_->mutex);
  const bool free = state_->freed.wait_for(
      lock, state_->options.wait_max, [this] { return state_->leased < state_->options.connections_max; });
  if (!free) {
    return fail(ErrorCode::kUnavailable, fmt::format("all {} readers of the warehouse are busy: try again",
                                                     state_->options.connections_max));
  }
  ++state_->leased;
  if (!state_->idle.empty()) {
    Lease lease(*this, std::move(state_->idle.back()));
    state_->idle.pop_back();
    return lease;
  }
  lock.unlock();
  auto opened = open_one();
  if (!opened.has_value()) return std::unexpected(opened.error());
  return Lease(*this, std::move(*opened));
}

Result<std::unique_ptr<Connection>> ReaderPool::open_one() {
  auto connection = state_->database.connect();
  if (connection.has_value()) return std::make_unique<Connection>(std::move(*connection));
  const std::lock_guard lock(state_->mutex);
  --state_->leased;
  state_->freed.notify_one();
  return std::unexpected(connection.error());
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  // An error when no transaction is open, which is how it should be.
  static_cast<void>(connection->execute("ROLLBACK"));
  const std::lock_guard lock(state_->mutex);
  state_->idle.push_back(std::move(connection));
  --state_->leased;
  state_->freed.notify_one();
}

}  // namespace millrace
