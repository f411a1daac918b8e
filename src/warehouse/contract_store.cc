#include "warehouse/contract_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "event/builtin_contracts.h"
#include "event/contract_file.h"
#include "event/contract_version.h"
#include "warehouse/contract_views.h"

namespace millrace {
namespace {

bool is_builtin(std::string_view name) {
  return std::ranges::find(builtin_contracts(), name, &Contract::name) != builtin_contracts().end();
}

std::string name_of(const Contract& contract, std::optional<std::size_t> property) {
  return property ? contract.properties[*property].name : "";
}

// What the views tell of rows that are stored by the contract's newest version.
struct Meaning {
  std::optional<EventTypeRule> event_type;
  std::string event_property;
  std::string id;
  std::vector<std::string> fields;
  std::string currency;

  explicit Meaning(const Contract& contract) : event_type(contract.event_type), currency(contract.currency) {
    if (event_type && event_type->kind != EventTypeRule::Kind::kConstant) {
      event_property = name_of(contract, event_type->property);
    }
    if (event_type) event_type->property = 0;
    id = name_of(contract, contract.identity.id);
    for (const std::size_t field : contract.identity.fields) fields.push_back(name_of(contract, field));
  }
  friend bool operator==(const Meaning&, const Meaning&) = default;
};

}  // namespace

Result<std::unique_ptr<ContractStore>> ContractStore::open(Connection connection) {
  std::unique_ptr<ContractStore> store(new ContractStore(std::move(connection)));
  for (const Contract& contract : builtin_contracts()) store->newest_[contract.name] = &contract;
  MILLRACE_TRY(store->read_stored());
  MILLRACE_TRY(store->make_views());
  return store;
}

// The newest stored version of each. Of those that ship with the program, the program's own text counts.
Status ContractStore::read_stored() {
  MILLRACE_ASSIGN(QueryResult rows,
                  connection_.query("SELECT name, arg_max(text, added_at) FROM raw.contracts GROUP BY name"));
  for (std::size_t row = 0; row < rows.row_count(); ++row) {
    const std::string name = rows.text(row, 0);
    if (!is_builtin(name)) {
      MILLRACE_ASSIGN(Contract contract, read_contract(rows.text(row, 1), "stored contract " + name));
      newest_[name] = contracts_.emplace_back(std::make_unique<Contract>(std::move(contract))).get();
    }
    const Contract& newest = *newest_.at(name);
    if (newest.is_nested()) continue;
    MILLRACE_TRY(prepare_row_table(connection_, newest));
    MILLRACE_ASSIGN(columns_[&newest], stored_row_columns(connection_, newest));
  }
  return {};
}

Status ContractStore::make_views() {
  const std::string sql = create_views_sql(prepared());
  MILLRACE_ASSIGN(QueryResult stored,
                  connection_.query("SELECT value FROM raw.settings WHERE name = 'views'"));
  if (stored.row_count() == 1 && stored.text(0, 0) == sql) return {};
  return connection_.execute(fmt::format(
      "BEGIN; {} INSERT OR REPLACE INTO raw.settings VALUES ('views', {}); COMMIT;", sql, sql_text(sql)));
}

std::vector<const Contract*> ContractStore::prepared() const {
  std::vector<const Contract*> contracts;
  for (const auto& [name, contract] : newest_) {
    if (columns_.contains(contract)) contracts.push_back(contract);
  }
  return contracts;
}

std::vector<const Contract*> ContractStore::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<const Contract*> contracts;
  for (const Contract& contract : builtin_contracts()) contracts.push_back(newest_.at(contract.name));
  for (const auto& [name, contract] : newest_) {
    if (!is_builtin(name)) contracts.push_back(contract);
  }
  return contracts;
}

const Contract* ContractStore::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = newest_.find(name);
  return found == newest_.end() ? nullptr : found->second;
}

Status ContractStore::check_name(const Contract& contract) const {
  if (is_builtin(contract.name)) {
    return fail(ErrorCode::kConflict,
                fmt::format("{} is the name of a contract that ships with the program: give yours another",
                            contract.name));
  }
  if (is_reserved_table_name(contract.name)) {
    return fail(
        ErrorCode::kConflict,
        fmt::format("{} is the name of a table of the platform: give the contract another", contract.name));
  }
  const auto found = newest_.find(contract.name);
  if (found == newest_.end()) return {};
  const std::string& known = found->second->version;
  if (parse_contract_version(known) < parse_contract_version(contract.version)) return {};
  return fail(
      ErrorCode::kConflict,
      fmt::format(
          "contract {} is known in version {}, {}: raise its version. What has changed is told "
          "by: millrace contracts diff",
          contract.name, known,
          known == contract.version ? "with another text" : "which is newer than " + contract.version));
}

// Rows that are stored would tell something else.
Status ContractStore::check_meaning(const Contract& contract) {
  const auto found = newest_.find(contract.name);
  if (found == newest_.end() || found->second == &contract || !columns_.contains(found->second)) return {};
  if (Meaning(*found->second) == Meaning(contract)) return {};
  MILLRACE_ASSIGN(QueryResult rows, connection_.query("SELECT 1 FROM " + table_name(contract) + " LIMIT 1"));
  if (rows.row_count() == 0) return {};
  return fail(ErrorCode::kConflict,
              fmt::format("contract {} {} changes the event type, the identity or the currency, and rows are "
                          "stored by version {}, which would then mean something else: give the contract "
                          "another name",
                          contract.name, contract.version, found->second->version));
}

Result<const Contract*> ContractStore::know(const Contract& contract) {
  const std::lock_guard lock(mutex_);
  if (const auto found = newest_.find(contract.name);
      found != newest_.end() && found->second->text == contract.text) {
    return found->second;
  }
  MILLRACE_TRY(check_name(contract));
  return contracts_.emplace_back(std::make_unique<Contract>(contract)).get();
}

Status ContractStore::prepare(const Contract& contract, Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (contract.is_nested() || columns_.contains(&contract)) return {};
  MILLRACE_TRY(check_meaning(contract));
  MILLRACE_TRY(connection_.execute("BEGIN TRANSACTION"));
  const auto newest_before = newest_;
  const std::vector<const Contract*> prepared_before = prepared();
  newest_[contract.name] = &contract;
  if (const Status written = write(contract, prepared_before, now); !written) {
    newest_ = newest_before;
    columns_.erase(&contract);
    (void)connection_.execute("ROLLBACK");
    return written;
  }
  return {};
}

// In one transaction, so that no table is without its contract and no view without its table.
Status ContractStore::write(const Contract& contract, const std::vector<const Contract*>& prepared_before,
                            Timestamp now) {
  MILLRACE_TRY(connection_.query("INSERT OR REPLACE INTO raw.contracts VALUES (?, ?, ?, ?, ?)",
                                 {contract.name, contract.version, name(contract.shape), contract.text,
                                  Parameter::timestamp(now.micros)}));
  MILLRACE_TRY(prepare_row_table(connection_, contract));
  MILLRACE_ASSIGN(columns_[&contract], stored_row_columns(connection_, contract));
  MILLRACE_TRY(connection_.execute(changed_views_sql(prepared_before, prepared())));
  MILLRACE_TRY(connection_.query("INSERT OR REPLACE INTO raw.settings VALUES ('views', ?)",
                                 {create_views_sql(prepared())}));
  return connection_.execute("COMMIT");
}

bool ContractStore::is_prepared(const Contract& contract) const {
  const std::lock_guard lock(mutex_);
  return contract.is_nested() || columns_.contains(&contract);
}

const std::vector<RowColumn>& ContractStore::columns(const Contract& contract) const {
  const std::lock_guard lock(mutex_);
  const auto found = columns_.find(&contract);
  MILLRACE_CHECK(found != columns_.end());
  return found->second;
}

}  // namespace millrace
