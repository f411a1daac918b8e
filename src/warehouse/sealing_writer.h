// One epoch's transaction in the warehouse.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/sink.h"
#include "warehouse/chunk_appender.h"
#include "warehouse/database.h"
#include "warehouse/source_names.h"

namespace millrace {

class SealingWriter final : public EpochWriter {
 public:
  static Result<std::unique_ptr<EpochWriter>> begin(Connection connection, SourceNames& sources,
                                                    std::int64_t epoch);
  ~SealingWriter() override;

  Status store(const Visit& visit, const Provenance& provenance) override;
  Status add_to_stored(const Visit& visit, const Provenance& provenance) override;
  Status refuse(const Refusal& refusal, const Provenance& provenance) override;
  Status defer(std::string_view record, std::string_view partition, const Provenance& provenance) override;
  Status settle(const PendingRecord& record, const Tally& tally) override;
  Status commit(std::span<const BatchOutcome> outcomes) override;

 private:
  // The appender of each table, opened when its first row comes.
  enum Table { kVisits, kEvents, kItems, kDeadLetters, kPending, kTables };

  SealingWriter(Connection connection, SourceNames& sources, std::int64_t epoch)
      : connection_(std::move(connection)), sources_(sources), epoch_(epoch) {}
  Result<ChunkAppender*> appender(Table table);
  Status append_visit(const Visit& visit, const Provenance& provenance);
  Status append_event(const Visit& visit, const Event& event, const Provenance& provenance);
  Status append_items(const Visit& visit, const Event& event, const Provenance& provenance);
  Status find_source(const Provenance& provenance);
  void put_source(ChunkAppender& row, const Provenance& provenance);
  void put_named_source(ChunkAppender& row, const Provenance& provenance);
  Status start_load(std::uint64_t load_id, const LoadStart& start);
  Status move_progress(const BatchOutcome& outcome);
  Status widen_visits();
  Status settle_progress();

  Connection connection_;
  SourceNames& sources_;
  SourceName source_;            // of the last record
  std::uint32_t source_id_ = 0;  // 0: none yet
  std::int64_t epoch_;
  bool committed_ = false;
  std::array<std::optional<ChunkAppender>, kTables> appenders_;
  std::unordered_map<std::uint64_t, VisitTotals> additions_;  // to visits that are stored, by key
  std::set<std::string> currencies_;                          // what `additions_` points into
  std::map<std::string, Tally> settled_;                      // by partition
  std::vector<std::uint64_t> settled_ids_;
  std::uint64_t deferred_ = 0;
};

}  // namespace millrace
