#include "engine/settlement.h"

#include "base/hash.h"
#include "base/limits.h"
#include "engine/accounting.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

// One transaction's worth of pending records, with the state of their visits as it grows.
class Settlement {
 public:
  Settlement(EpochWriter& writer, StoredVisits& stored, VisitDecoder& decoder)
      : writer_(writer), stored_(stored), decoder_(decoder) {}

  Status settle(const PendingRecord& pending, Tally& sum) {
    Tally tally;
    const std::string_view record = pending.record(VisitDecoder::kPadding);
    const DecodedVisit& decoded = decoder_.decode(record, pending.provenance.received_at);
    if (nothing_to_store(decoded)) {
      count_nothing_stored(decoded, tally);
      MILLRACE_TRY(write_refusals(decoded, pending.provenance, writer_));
    } else {
      MILLRACE_TRY(store(decoded, record, pending.provenance, tally));
    }
    MILLRACE_TRY(writer_.settle(pending, tally));
    sum += tally;
    ++sum.pending;
    return {};
  }

 private:
  Status store(const DecodedVisit& decoded, std::string_view record, const Provenance& provenance,
               Tally& tally) {
    const auto found = stored_.find(decoded.visit.visit_key);
    if (found == stored_.end()) {
      MILLRACE_TRY(writer_.store(decoded.visit, provenance));
      remember(stored_[decoded.visit.visit_key], decoded.visit);
      count_stored(decoded, tally);
    } else if (!same_visit(found->second, decoded.visit)) {
      ++tally.visits.received;
      ++tally.visits.dead_letters;
      return writer_.refuse(hash_collision(found->second, decoded.visit, record), provenance);
    } else {
      const Visit addition = unknown_part(decoded.visit, found->second);
      count_added(decoded, addition.events.size(), addition.items.size(), tally);
      if (!addition.events.empty()) {
        MILLRACE_TRY(writer_.add_to_stored(addition, provenance));
        remember(found->second, addition);
      }
    }
    return write_refusals(decoded, provenance, writer_);
  }

  // The events of `visit` that are not stored, numbered after those that are.
  static Visit unknown_part(const Visit& visit, const StoredVisit& stored) {
    Visit addition = visit;
    addition.events.clear();
    addition.items.clear();
    for (Event event : visit.events) {
      if (stored.event_ids.contains(event.event_id)) continue;
      const auto begin = static_cast<std::uint32_t>(addition.items.size());
      addition.items.insert(addition.items.end(), visit.items.begin() + event.items_begin,
                            visit.items.begin() + event.items_end);
      event.items_begin = begin;
      event.items_end = static_cast<std::uint32_t>(addition.items.size());
      event.event_index += stored.next_event_index;
      if (event.first_of_page_in_visit) {
        event.first_of_page_in_visit = !stored.page_hashes.contains(hash64(event.page_url));
      }
      addition.events.push_back(event);
    }
    return addition;
  }

  static void remember(StoredVisit& stored, const Visit& visit) {
    stored.session_id = visit.session_id;
    stored.user_id = visit.user_id;
    stored.device_type = visit.device_type;
    for (const Event& event : visit.events) {
      stored.event_ids.insert(event.event_id);
      if (event.type == EventType::kPageView) stored.page_hashes.insert(hash64(event.page_url));
      stored.next_event_index = std::max(stored.next_event_index, event.event_index + 1);
    }
  }

  EpochWriter& writer_;
  StoredVisits& stored_;
  VisitDecoder& decoder_;
};

// The keys of the visits that the pending records belong to.
std::vector<std::uint64_t> visit_keys(const std::vector<PendingRecord>& pending, VisitDecoder& decoder) {
  std::vector<std::uint64_t> keys;
  for (const PendingRecord& record : pending) {
    const DecodedVisit& decoded =
        decoder.decode(record.record(VisitDecoder::kPadding), record.provenance.received_at);
    if (!nothing_to_store(decoded)) keys.push_back(decoded.visit.visit_key);
  }
  return keys;
}

}  // namespace

Result<Tally> settle_pending(Sink& sink) {
  VisitDecoder decoder;
  Tally sum;
  for (;;) {
    MILLRACE_ASSIGN(const std::vector<PendingRecord> pending, sink.pending(kSettlementRecordsMax));
    if (pending.empty()) return sum;
    MILLRACE_ASSIGN(StoredVisits stored, sink.find(visit_keys(pending, decoder)));
    MILLRACE_ASSIGN(const std::unique_ptr<EpochWriter> writer, sink.begin());
    Settlement settlement(*writer, stored, decoder);
    for (const PendingRecord& record : pending) MILLRACE_TRY(settlement.settle(record, sum));
    MILLRACE_TRY(writer->commit({}));
  }
}

}  // namespace millrace
