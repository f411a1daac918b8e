// The contracts that a warehouse knows: those that ship with the program, and those that were loaded by.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "event/contract.h"
#include "warehouse/database.h"
#include "warehouse/row_table.h"

namespace millrace {

// Safe to use from several threads. What it gives out lives as long as the store.
class ContractStore {
 public:
  // Reads what is stored, and makes the views anew.
  static Result<std::unique_ptr<ContractStore>> open(Connection connection);

  // The newest version of each that ships with the program, first, or that was prepared.
  std::vector<const Contract*> all() const;
  const Contract* find(std::string_view name) const;  // nullptr: unknown

  // Keeps the contract, in memory only: what a dry run needs. Nobody finds it before it is prepared.
  // kConflict when its name is that of a contract that ships with the program or of a table of the platform,
  // or when this version of it is the newest one, with another text.
  Result<const Contract*> know(const Contract& contract);

  // Writes a contract that is kept here down with its table and views, if that has not been done: it is the
  // newest of its name then. After an error all is as before.
  Status prepare(const Contract& contract, Timestamp now);

  bool is_prepared(const Contract& contract) const;

  // The columns of the table of a contract that is prepared, in their order.
  const std::vector<RowColumn>& columns(const Contract& contract) const;

 private:
  explicit ContractStore(Connection connection) : connection_(std::move(connection)) {}
  Status read_stored();
  Status make_views();
  Status write(const Contract& contract, const std::vector<const Contract*>& prepared_before, Timestamp now);
  Status check_name(const Contract& contract) const;
  Status check_meaning(const Contract& contract);
  std::vector<const Contract*> prepared() const;

  mutable std::mutex mutex_;
  Connection connection_;                             // guarded by mutex_, as all below
  std::vector<std::unique_ptr<Contract>> contracts_;  // every version that was ever known to this store
  std::map<std::string, const Contract*, std::less<>> newest_;
  std::map<const Contract*, std::vector<RowColumn>> columns_;  // of those that are prepared
};

}  // namespace millrace
