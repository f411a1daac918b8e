// The engine's sink over DuckDB: rows, dead letters and progress of an epoch in one transaction, written by
// the appender.
//
// Never INSERT … SELECT for bulk rows: DuckDB 1.5.6 shows rows of a parallel one to other connections before
// it commits; see ARCHITECTURE.md.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "engine/sink.h"
#include "warehouse/database.h"
#include "warehouse/source_names.h"

namespace millrace {

class SealingSink final : public Sink {
 public:
  // `database` must outlive the sink, and have the schema.
  static Result<std::unique_ptr<SealingSink>> open(const Database& database);

  // Numbers the sources that are to be read; one that is not named here is numbered when its first row comes.
  Status name_sources(const std::vector<SourceName>& names) { return sources_.add(names); }

  Result<std::unique_ptr<EpochWriter>> begin() override;
  Result<StoredVisits> find(std::span<const std::uint64_t> keys) override;
  Status each_visit_key(const std::function<void(std::span<const std::uint64_t>)>& visit) override;
  Result<std::vector<PendingRecord>> pending(std::size_t count) override;

 private:
  SealingSink(const Database& database, Connection reader, SourceNames sources, std::int64_t last_epoch)
      : database_(database),
        sources_(std::move(sources)),
        reader_(std::move(reader)),
        last_epoch_(last_epoch) {}

  const Database& database_;
  SourceNames sources_;
  std::mutex reader_mutex_;
  Connection reader_;  // guarded by reader_mutex_
  std::atomic<std::int64_t> last_epoch_;
};

}  // namespace millrace
