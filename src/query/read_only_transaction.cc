#include "query/read_only_transaction.h"

#include <utility>

#include "warehouse/database.h"

namespace millrace {

Result<ReadOnlyTransaction> ReadOnlyTransaction::begin(Connection& connection) {
  MILLRACE_TRY(connection.execute("BEGIN TRANSACTION READ ONLY"));
  return ReadOnlyTransaction(connection);
}

ReadOnlyTransaction::~ReadOnlyTransaction() {
  // Fails only when an error has ended the transaction already.
  if (connection_ != nullptr) static_cast<void>(connection_->execute("ROLLBACK"));
}

ReadOnlyTransaction::ReadOnlyTransaction(ReadOnlyTransaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

}  // namespace millrace
