// The engine's sink over DuckDB: rows, dead letters and progress of an epoch in one transaction, written by
// ChunkAppender.
//
// Never another INSERT … SELECT for bulk rows: DuckDB 1.5.6 shows rows of a parallel one to other connections
// before it commits; see ARCHITECTURE.md.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "engine/sink.h"
#include "warehouse/contract_store.h"
#include "warehouse/database.h"
#include "warehouse/source_names.h"

namespace millrace {

class SealingSink final : public Sink {
 public:
  // `database` and `contracts` must outlive the sink. A contract must be prepared before its first row comes.
  static Result<std::unique_ptr<SealingSink>> open(const Database& database, const ContractStore& contracts);

  // Numbers the sources that are to be read; one that is not named here is numbered when its first row comes.
  Status name_sources(const std::vector<SourceName>& names) { return sources_.add(names); }

  Result<std::unique_ptr<EpochWriter>> begin() override;
  Result<StoredVisits> find_visits(std::span<const std::uint64_t> keys) override;
  Result<StoredRows> find_rows(const Contract& contract, std::span<const std::uint64_t> event_ids) override;
  Status each_key(const Contract& contract,
                  const std::function<void(std::span<const std::uint64_t>)>& use) override;
  Result<std::vector<PendingRecord>> pending(std::size_t count) override;

 private:
  SealingSink(const Database& database, const ContractStore& contracts, Connection reader,
              SourceNames sources, std::int64_t last_epoch)
      : database_(database),
        contracts_(contracts),
        sources_(std::move(sources)),
        reader_(std::move(reader)),
        last_epoch_(last_epoch) {}
  Result<PendingRecord> pending_record(QueryResult& rows, std::size_t row) const;

  const Database& database_;
  const ContractStore& contracts_;
  SourceNames sources_;
  std::mutex reader_mutex_;
  Connection reader_;  // guarded by reader_mutex_
  std::atomic<std::int64_t> last_epoch_;
};

}  // namespace millrace
