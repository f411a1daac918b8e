// Visits: one may come in several messages, whose events are told apart one by one.
#include <algorithm>

#include "base/hash.h"
#include "engine/accounting.h"
#include "engine/lane.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

class VisitLane final : public Lane {
 public:
  explicit VisitLane(const Contract& contract) : contract_(contract) {}

  Check begin_batch(std::string_view, std::string_view) override { return {}; }

  Standing decode(std::string_view record, Timestamp received_at, std::int64_t, bool) override {
    record_ = record;
    decoded_ = &decoder_.decode(record, received_at);
    return nothing_to_store(*decoded_) ? Standing::kRefused : Standing::kKeyed;
  }

  std::uint64_t key() const override { return decoded_->visit.visit_key; }

  Status refuse(EpochWriter& writer, const Provenance& provenance, Tally& tally) override {
    count_nothing_stored(*decoded_, tally);
    return write_refusals(writer, provenance);
  }

  Status store(EpochWriter& writer, const Provenance& provenance, Tally& tally) override {
    MILLRACE_TRY(writer.store(decoded_->visit, provenance));
    count_stored(*decoded_, tally);
    return write_refusals(writer, provenance);
  }

  Status look_up(Sink& sink, std::span<const std::uint64_t> keys) override {
    MILLRACE_ASSIGN(stored_, sink.find_visits(keys));
    return {};
  }

  Result<bool> resolve(EpochWriter& writer, const Provenance& provenance, Tally& tally) override {
    const auto found = stored_.find(key());
    if (found == stored_.end()) {
      MILLRACE_TRY(store(writer, provenance, tally));
      return true;
    }
    if (!same_visit(found->second, decoded_->visit)) {
      MILLRACE_TRY(refuse_as_collision(found->second, writer, provenance, tally));
      return true;
    }
    const auto is_known = [&](const Event& event) {
      return found->second.event_ids.contains(event.event_id);
    };
    if (!std::ranges::all_of(decoded_->visit.events, is_known)) return false;
    count_duplicate(*decoded_, tally);
    MILLRACE_TRY(write_refusals(writer, provenance));
    return true;
  }

  Status settle(EpochWriter& writer, const Provenance& provenance, Tally& tally) override {
    const auto found = stored_.find(key());
    if (found == stored_.end()) {
      remember(stored_[key()], decoded_->visit);
      return store(writer, provenance, tally);
    }
    StoredVisit& stored = found->second;
    if (!same_visit(stored, decoded_->visit)) return refuse_as_collision(stored, writer, provenance, tally);
    const Visit addition = unknown_part(decoded_->visit, stored);
    count_added(*decoded_, addition.events.size(), addition.items.size(), tally);
    if (!addition.events.empty()) {
      MILLRACE_TRY(writer.add_to_stored(addition, provenance));
      remember(stored, addition);
    }
    return write_refusals(writer, provenance);
  }

 private:
  Status write_refusals(EpochWriter& writer, const Provenance& provenance) {
    for (const Refusal& refusal : decoded_->refusals) {
      MILLRACE_TRY(writer.refuse(contract_, refusal, provenance));
    }
    return {};
  }

  Status refuse_as_collision(const StoredVisit& stored, EpochWriter& writer, const Provenance& provenance,
                             Tally& tally) {
    ++tally.records.received;
    ++tally.records.dead_letters;
    return writer.refuse(contract_, hash_collision(stored, decoded_->visit, record_), provenance);
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

  const Contract& contract_;
  VisitDecoder decoder_;
  std::string_view record_;
  const DecodedVisit* decoded_ = nullptr;
  StoredVisits stored_;
};

}  // namespace

std::unique_ptr<Lane> make_visit_lane(const Contract& contract) {
  return std::make_unique<VisitLane>(contract);
}

}  // namespace millrace
