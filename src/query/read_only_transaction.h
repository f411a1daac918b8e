// One snapshot of the warehouse for several queries, in which nothing can be written.
#pragma once

#include "base/result.h"

namespace millrace {

class Connection;

// Ends with its scope. The connection must outlive it and have no other transaction open. Keep it short:
// while one is open, the warehouse cannot write a checkpoint.
class ReadOnlyTransaction {
 public:
  static Result<ReadOnlyTransaction> begin(Connection& connection);
  ~ReadOnlyTransaction();
  ReadOnlyTransaction(ReadOnlyTransaction&& other) noexcept;
  ReadOnlyTransaction& operator=(ReadOnlyTransaction&&) = delete;

 private:
  explicit ReadOnlyTransaction(Connection& connection) : connection_(&connection) {}

  Connection* connection_;
};

}  // namespace millrace
