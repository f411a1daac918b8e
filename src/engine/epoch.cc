#include "engine/epoch.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/limits.h"

namespace millrace {
namespace {

Refusal oversized(const SourceRecord& record) {
  return {Reason::kTooLarge,
          fmt::format("the record has {} bytes, at most {} are allowed; its first {} are kept", record.size,
                      kRecordSizeMax, record.bytes.size()),
          record.bytes, std::nullopt};
}

}  // namespace

// A commit that returned an error can have happened all the same: whoever took its keys for new would store
// them twice. They stay claimed, so that the other epochs of the run set their records aside.
Epoch::~Epoch() {
  if (!commit_tried_) close_claims();
}

void Epoch::close_claims() {
  for (auto& [contract, part] : parts_) {
    if (part.claims != nullptr) part.registry->close(*part.claims);
    part.claims = nullptr;
  }
}

Status Epoch::open() {
  if (writer_ != nullptr) return {};
  MILLRACE_ASSIGN(writer_, sink_.begin());
  return {};
}

bool Epoch::is_full() const {
  return input_bytes_ >= kEpochInputMax || suspect_bytes_ >= kEpochSuspectsMax ||
         claim_count_ >= kEpochClaimsMax || outcomes_.size() >= kEpochBatchesMax;
}

Result<Epoch::Part*> Epoch::part_of(const Contract& contract) {
  Part& part = parts_[&contract];
  if (part.lanes.front() != nullptr) return &part;
  if (!contract.goes_by_position()) {
    MILLRACE_ASSIGN(part.registry, registries_.of(contract));
    part.claims = &part.registry->open();
  }
  for (std::size_t i = 0; i < Lanes::kCount; ++i) part.lanes[i] = &lanes_.of(contract, i);
  return &part;
}

Status Epoch::add(const RecordBatch& batch) {
  MILLRACE_ASSIGN(Part * part, part_of(*batch.contract));
  MILLRACE_TRY(open());
  outcomes_.push_back({batch.progress, batch.contract});
  headers_.push_back(batch.header);
  input_bytes_ += batch.input_bytes;
  Check header_fault;
  for (Lane* lane : part->lanes) header_fault = lane->begin_batch(batch.progress.partition, batch.header);
  if (header_fault) MILLRACE_TRY(refuse_header(batch, std::move(*header_fault)));
  // Each is written after the next one is decoded: by then the memory is there that its claim looks at.
  std::optional<Decoded> before;
  for (std::size_t i = 0; i < batch.records.size(); ++i) {
    const Decoded decoded = decode(batch.records[i], batch, *part, i % Lanes::kCount);
    if (before) MILLRACE_TRY(write(*before, batch, *part));
    before = decoded;
  }
  if (before) MILLRACE_TRY(write(*before, batch, *part));
  return {};
}

// The records under it are refused one by one; the header itself is kept beside them, since they mean nothing
// without it.
Status Epoch::refuse_header(const RecordBatch& batch, Fault fault) {
  if (!batch.header_line || batch.records.empty()) return {};
  ++tally().records.received;
  ++tally().records.dead_letters;
  return writer_->refuse(*batch.contract,
                         {fault.reason, std::move(fault.message), batch.header, std::nullopt},
                         batch.provenance(*batch.header_line));
}

Epoch::Decoded Epoch::decode(const SourceRecord& record, const RecordBatch& batch, const Part& part,
                             std::size_t lane) const {
  Decoded decoded{.record = &record, .lane = nullptr, .standing = Lane::Standing::kRefused, .key = 0};
  if (record.size > record.bytes.size()) return decoded;
  decoded.lane = part.lanes[lane];
  decoded.standing = decoded.lane->decode(record.bytes, batch.received_at, record.place, record.unterminated);
  if (decoded.standing != Lane::Standing::kKeyed) return decoded;
  decoded.key = decoded.lane->key();
  part.registry->expect(decoded.key);
  return decoded;
}

Status Epoch::write(const Decoded& decoded, const RecordBatch& batch, Part& part) {
  const Provenance provenance = batch.provenance(decoded.record->place);
  if (decoded.lane == nullptr) {
    ++tally().records.received;
    ++tally().records.dead_letters;
    return writer_->refuse(*batch.contract, oversized(*decoded.record), provenance);
  }
  switch (decoded.standing) {
    case Lane::Standing::kRefused:
      return decoded.lane->refuse(*writer_, provenance, tally());
    case Lane::Standing::kUnique:
      return decoded.lane->store(*writer_, provenance, tally());
    case Lane::Standing::kKeyed:
      break;
  }
  return write_keyed(decoded, provenance, part);
}

Status Epoch::write_keyed(const Decoded& decoded, const Provenance& provenance, Part& part) {
  if (part.registry->claim_new(decoded.key, *part.claims)) {
    ++claim_count_;
    return decoded.lane->store(*writer_, provenance, tally());
  }
  const SourceRecord& record = *decoded.record;
  part.suspects.push_back(
      {KeptRecord(record.bytes, provenance), decoded.key, record.place, outcomes_.size() - 1});
  suspect_bytes_ += sizeof(Suspect) + record.bytes.size() + kRecordPadding;
  return {};
}

Status Epoch::defer(std::string_view record, const Provenance& provenance, std::size_t outcome) {
  BatchOutcome& batch = outcomes_[outcome];
  ++batch.tally.records.received;
  ++batch.tally.pending;
  return writer_->defer(*batch.contract, record, headers_[outcome], batch.move.partition, provenance);
}

Status Epoch::resolve_suspects(Part& part) {
  if (part.suspects.empty()) return {};
  std::vector<std::uint64_t> keys;
  keys.reserve(part.suspects.size());
  for (const Suspect& suspect : part.suspects) keys.push_back(suspect.key);
  const std::vector<bool> is_taken = part.registry->claim_known(keys, *part.claims);
  MILLRACE_TRY(part.lanes.front()->look_up(sink_, keys));
  for (std::size_t i = 0; i < keys.size(); ++i) MILLRACE_TRY(resolve(part.suspects[i], is_taken[i], part));
  return {};
}

// What an epoch that is not committed may store can be compared only afterwards.
Status Epoch::resolve(const Suspect& suspect, bool is_taken, Part& part) {
  BatchOutcome& outcome = outcomes_[suspect.outcome];
  const Provenance provenance = suspect.kept.provenance();
  if (is_taken) return defer(suspect.kept.record(), provenance, suspect.outcome);
  Lane& lane = *part.lanes.front();
  (void)lane.begin_batch(outcome.move.partition, headers_[suspect.outcome]);
  (void)lane.decode(suspect.kept.record(), provenance.received_at, suspect.place, false);
  MILLRACE_ASSIGN(const bool resolved, lane.resolve(*writer_, provenance, outcome.tally));
  return resolved ? Status() : defer(suspect.kept.record(), provenance, suspect.outcome);
}

Result<Tallies> Epoch::commit() {
  MILLRACE_TRY(open());
  for (auto& [contract, part] : parts_) MILLRACE_TRY(resolve_suspects(part));
  commit_tried_ = true;
  MILLRACE_TRY(writer_->commit(outcomes_));
  writer_.reset();
  close_claims();
  Tallies sum;
  for (const BatchOutcome& outcome : outcomes_) sum[outcome.contract->name] += outcome.tally;
  return sum;
}

}  // namespace millrace
