// One epoch's transaction in the warehouse.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/sink.h"
#include "warehouse/chunk_appender.h"
#include "warehouse/contract_store.h"
#include "warehouse/database.h"
#include "warehouse/source_names.h"
#include "warehouse/visit_additions.h"

namespace millrace {

class SealingWriter final : public EpochWriter {
 public:
  static Result<std::unique_ptr<EpochWriter>> begin(Connection connection, const ContractStore& contracts,
                                                    SourceNames& sources, std::int64_t epoch);
  ~SealingWriter() override;

  Status store(const Visit& visit, const Provenance& provenance) override;
  Status add_to_stored(const Visit& visit, const Provenance& provenance) override;
  Status store(const Contract& contract, const Row& row, const Provenance& provenance) override;
  Status refuse(const Contract& contract, const Refusal& refusal, const Provenance& provenance) override;
  Status defer(const Contract& contract, std::string_view record, std::string_view header,
               std::string_view partition, const Provenance& provenance) override;
  Status settle(const PendingRecord& record, const Tally& tally) override;
  Status commit(std::span<const BatchOutcome> outcomes) override;

 private:
  // The appender of each table, opened when its first row comes.
  enum Table { kVisits, kEvents, kItems, kDeadLetters, kPending, kTables };
  struct RowTable {
    const std::vector<RowColumn>* columns;
    ChunkAppender appender;
  };

  SealingWriter(Connection connection, const ContractStore& contracts, SourceNames& sources,
                std::int64_t epoch)
      : connection_(std::move(connection)), contracts_(contracts), sources_(sources), epoch_(epoch) {}
  Result<ChunkAppender*> appender(Table table);
  Result<RowTable*> row_table(const Contract& contract);
  Status append_visit(const Visit& visit, const Provenance& provenance);
  Status append_event(const Visit& visit, const Event& event, const Provenance& provenance);
  Status append_items(const Visit& visit, const Event& event, const Provenance& provenance);
  void put(ChunkAppender& appender, const RowColumn& column, const Contract& contract, const Row& row,
           const Provenance& provenance) const;
  Status find_source(const Provenance& provenance);
  void put_source(ChunkAppender& row, const Provenance& provenance);
  void put_named_source(ChunkAppender& row, const Provenance& provenance);
  Status close_appenders();
  Status take_settled_off();

  Connection connection_;
  const ContractStore& contracts_;
  SourceNames& sources_;
  SourceName source_;            // of the last record
  std::uint32_t source_id_ = 0;  // 0: none yet
  std::int64_t epoch_;
  bool committed_ = false;
  std::array<std::optional<ChunkAppender>, kTables> appenders_;
  std::map<const Contract*, RowTable> row_tables_;
  const Contract* last_contract_ = nullptr;  // of row_tables_: most rows have the contract of the row before
  RowTable* last_row_table_ = nullptr;
  VisitAdditions additions_;
  std::map<std::string, Tally> settled_;  // by partition
  std::vector<std::uint64_t> settled_ids_;
  std::uint64_t deferred_ = 0;
};

}  // namespace millrace
