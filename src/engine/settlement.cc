#include "engine/settlement.h"

#include <map>
#include <vector>

#include "base/limits.h"
#include "engine/lane.h"

namespace millrace {
namespace {

using PendingRecords = std::vector<PendingRecord>;

Lane::Standing decode(const PendingRecord& record, Lane& lane) {
  (void)lane.begin_batch(record.partition, record.header);
  return lane.decode(record.kept.record(), record.kept.place.received_at, 0, false);
}

// Asks the sink for all that the records may add to, contract by contract.
Status look_up(const PendingRecords& pending, Lanes& lanes, Sink& sink) {
  std::map<const Contract*, std::vector<std::uint64_t>> keys;
  for (const PendingRecord& record : pending) {
    Lane& lane = lanes.of(*record.contract);
    if (decode(record, lane) == Lane::Standing::kKeyed) keys[record.contract].push_back(lane.key());
  }
  for (const auto& [contract, of_contract] : keys) {
    MILLRACE_TRY(lanes.of(*contract).look_up(sink, of_contract));
  }
  return {};
}

Status settle(const PendingRecord& record, Lane& lane, EpochWriter& writer, Tallies& sum) {
  Tally tally;
  const Provenance provenance = record.kept.provenance();
  if (decode(record, lane) == Lane::Standing::kRefused) {
    MILLRACE_TRY(lane.refuse(writer, provenance, tally));
  } else {
    MILLRACE_TRY(lane.settle(writer, provenance, tally));
  }
  MILLRACE_TRY(writer.settle(record, tally));
  Tally& of_contract = sum[record.contract->name];
  of_contract += tally;
  ++of_contract.pending;
  return {};
}

}  // namespace

Result<Tallies> settle_pending(Sink& sink) {
  Lanes lanes;
  Tallies sum;
  for (;;) {
    MILLRACE_ASSIGN(const PendingRecords pending, sink.pending(kSettlementRecordsMax));
    if (pending.empty()) return sum;
    MILLRACE_TRY(look_up(pending, lanes, sink));
    MILLRACE_ASSIGN(const std::unique_ptr<EpochWriter> writer, sink.begin());
    for (const PendingRecord& record : pending) {
      MILLRACE_TRY(settle(record, lanes.of(*record.contract), *writer, sum));
    }
    MILLRACE_TRY(writer->commit({}));
  }
}

}  // namespace millrace
