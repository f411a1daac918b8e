// The warehouse of one data folder: the open database with its schema, its sink and its upkeep.
#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "warehouse/contract_store.h"
#include "warehouse/database.h"

namespace millrace {

// Safe to share between threads.
class Warehouse {
 public:
  // Opens or creates the file. Only one process may have it open: the data folder's lock sees to that.
  static Result<std::unique_ptr<Warehouse>> open(const std::string& path, const DatabaseOptions& options);

  const Database& database() const { return database_; }
  ContractStore& contracts() { return *contracts_; }

  // Held by whoever loads: the engine takes one run at a time.
  std::timed_mutex& load_mutex() { return load_mutex_; }

  // Moves everything committed from the write-ahead log into the file. Waits until nobody reads, or stop is
  // requested.
  Status checkpoint(const std::stop_token& stop);

 private:
  explicit Warehouse(Database database) : database_(std::move(database)) {}

  Database database_;
  std::unique_ptr<ContractStore> contracts_;
  std::timed_mutex load_mutex_;
};

}  // namespace millrace
