// A bounded set of connections for those who read: HTTP requests, tiles, checks.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "base/result.h"

namespace millrace {

class Connection;
class Database;

struct ReaderPoolOptions {
  std::size_t connections_max = 4;            // queries at the same time
  std::chrono::milliseconds wait_max{5'000};  // for a free one
};

// Thread-safe. The database must outlive the pool, and the pool every lease. Connections are opened when
// needed and kept. A connection that comes back with a transaction open is rolled back, since one left open
// would hold up checkpoints.
class ReaderPool {
 public:
  class Lease {
   public:
    ~Lease();
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    friend class ReaderPool;
    Lease(ReaderPool& pool, std::unique_ptr<Connection> connection);
    ReaderPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  explicit ReaderPool(const Database& database, ReaderPoolOptions options = {});
  ~ReaderPool();
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  // kUnavailable when none became free in time.
  Result<Lease> acquire();

 private:
  struct State;

  Result<std::unique_ptr<Connection>> open_one();
  void give_back(std::unique_ptr<Connection> connection);

  std::unique_ptr<State> state_;
};

}  // namespace millrace
