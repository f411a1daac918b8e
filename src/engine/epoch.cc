#include "engine/epoch.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.h"
#include "engine/accounting.h"

namespace millrace {
namespace {

Refusal oversized(const SourceRecord& record) {
  return {Reason::kTooLarge,
          fmt::format("the record has {} bytes, at most {} are allowed; its first {} are kept", record.size,
                      kRecordSizeMax, record.bytes.size()),
          record.bytes, std::nullopt};
}

}  // namespace

// A commit that returned an error can have happened all the same: whoever took its visits for new would store
// them twice. They stay claimed, so that the other epochs of the run set their records aside.
Epoch::~Epoch() {
  if (!commit_tried_) registry_.release(claims_, false);
}

Status Epoch::open() {
  if (writer_ != nullptr) return {};
  MILLRACE_ASSIGN(writer_, sink_.begin());
  return {};
}

bool Epoch::is_full() const {
  return input_bytes_ >= kEpochInputMax || suspect_bytes_ >= kEpochSuspectsMax ||
         outcomes_.size() >= kEpochBatchesMax;
}

Status Epoch::add(const RecordBatch& batch) {
  MILLRACE_TRY(open());
  outcomes_.push_back({batch.progress, {}});
  input_bytes_ += batch.input_bytes;
  for (const SourceRecord& record : batch.records) MILLRACE_TRY(add_record(record));
  return {};
}

Status Epoch::add_record(const SourceRecord& record) {
  Tally& tally = outcomes_.back().tally;
  if (record.size > record.bytes.size()) {
    ++tally.visits.received;
    ++tally.visits.dead_letters;
    return writer_->refuse(oversized(record), record.provenance);
  }
  const DecodedVisit& decoded = decoder_.decode(record.bytes, record.provenance.received_at);
  if (nothing_to_store(decoded)) {
    count_nothing_stored(decoded, tally);
    return write_refusals(decoded, record.provenance, *writer_);
  }
  const std::uint64_t key = decoded.visit.visit_key;
  switch (registry_.claim(key)) {
    case VisitRegistry::Claim::kNew:
      claims_.push_back(key);
      return store(decoded, record.provenance, tally);
    case VisitRegistry::Claim::kPerhaps:
      claims_.push_back(key);
      return suspect(record, key);
    case VisitRegistry::Claim::kTaken:
      break;
  }
  ++tally.visits.received;
  ++tally.pending;
  return writer_->defer(record.bytes, outcomes_.back().move.partition, record.provenance);
}

Status Epoch::store(const DecodedVisit& decoded, const Provenance& provenance, Tally& tally) {
  MILLRACE_TRY(writer_->store(decoded.visit, provenance));
  MILLRACE_TRY(write_refusals(decoded, provenance, *writer_));
  count_stored(decoded, tally);
  return {};
}

Status Epoch::suspect(const SourceRecord& record, std::uint64_t key) {
  Suspect& kept = suspects_.emplace_back();
  kept.payload.reserve(record.bytes.size() + VisitDecoder::kPadding);
  kept.payload = record.bytes;
  kept.payload.append(VisitDecoder::kPadding, ' ');
  kept.topic = record.provenance.topic;
  kept.file = record.provenance.file;
  kept.provenance = record.provenance;
  kept.visit_key = key;
  kept.outcome = outcomes_.size() - 1;
  suspect_bytes_ += kept.payload.size();
  return {};
}

Status Epoch::resolve_suspects() {
  if (suspects_.empty()) return {};
  std::vector<std::uint64_t> keys;
  keys.reserve(suspects_.size());
  for (const Suspect& suspect : suspects_) keys.push_back(suspect.visit_key);
  MILLRACE_ASSIGN(const StoredVisits stored, sink_.find(keys));
  for (Suspect& suspect : suspects_) {
    suspect.provenance.topic = suspect.topic;
    suspect.provenance.file = suspect.file;
    MILLRACE_TRY(resolve(suspect, stored));
  }
  return {};
}

Status Epoch::resolve(const Suspect& suspect, const StoredVisits& stored) {
  const std::string_view record(suspect.payload.data(), suspect.payload.size() - VisitDecoder::kPadding);
  const DecodedVisit& decoded = decoder_.decode(record, suspect.provenance.received_at);
  BatchOutcome& outcome = outcomes_[suspect.outcome];
  const auto found = stored.find(suspect.visit_key);
  if (found == stored.end()) return store(decoded, suspect.provenance, outcome.tally);
  if (!same_visit(found->second, decoded.visit)) {
    ++outcome.tally.visits.received;
    ++outcome.tally.visits.dead_letters;
    return writer_->refuse(hash_collision(found->second, decoded.visit, record), suspect.provenance);
  }
  const auto is_known = [&](const Event& event) { return found->second.event_ids.contains(event.event_id); };
  if (std::ranges::all_of(decoded.visit.events, is_known)) {
    count_duplicate(decoded, outcome.tally);
    return write_refusals(decoded, suspect.provenance, *writer_);
  }
  ++outcome.tally.visits.received;
  ++outcome.tally.pending;
  return writer_->defer(record, outcome.move.partition, suspect.provenance);
}

Result<Tally> Epoch::commit() {
  MILLRACE_TRY(open());
  MILLRACE_TRY(resolve_suspects());
  commit_tried_ = true;
  MILLRACE_TRY(writer_->commit(outcomes_));
  writer_.reset();
  registry_.release(claims_, true);
  claims_.clear();
  Tally sum;
  for (const BatchOutcome& outcome : outcomes_) sum += outcome.tally;
  return sum;
}

}  // namespace millrace
