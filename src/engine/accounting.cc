#include "engine/accounting.h"

#include <fmt/format.h>

namespace millrace {
namespace {

void count_refused_events(const DecodedVisit& decoded, Tally& tally) {
  tally.events.received += decoded.events_received;
  tally.events.dead_letters += decoded.events_received - decoded.visit.events.size();
  tally.items.received += decoded.items_received;
  tally.items.dead_letters += decoded.items_refused;
}

}  // namespace

bool nothing_to_store(const DecodedVisit& decoded) {
  return !decoded.readable || decoded.visit.events.empty();
}

void count_nothing_stored(const DecodedVisit& decoded, Tally& tally) {
  ++tally.records.received;
  ++tally.records.dead_letters;
  if (decoded.readable) count_refused_events(decoded, tally);
}

void count_stored(const DecodedVisit& decoded, Tally& tally) {
  count_added(decoded, decoded.visit.events.size(), decoded.visit.items.size(), tally);
}

void count_duplicate(const DecodedVisit& decoded, Tally& tally) {
  count_added(decoded, 0, 0, tally);
}

void count_added(const DecodedVisit& decoded, std::size_t added, std::size_t added_items, Tally& tally) {
  ++tally.records.received;
  ++(added > 0 ? tally.records.stored : tally.records.duplicates);
  count_refused_events(decoded, tally);
  tally.events.stored += added;
  tally.events.duplicates += decoded.visit.events.size() - added;
  tally.items.stored += added_items;
  tally.items.duplicates += decoded.visit.items.size() - added_items;
}

bool same_visit(const StoredVisit& stored, const Visit& visit) {
  return stored.session_id == visit.session_id && stored.user_id == visit.user_id &&
         stored.device_type == visit.device_type;
}

Refusal hash_collision(const StoredVisit& stored, const Visit& visit, std::string_view record) {
  return {Reason::kIdConflict,
          fmt::format("visit {} of user {} has the same key ({}) as visit {} of user {}", visit.session_id,
                      visit.user_id, visit.visit_key, stored.session_id, stored.user_id),
          record, std::nullopt};
}

}  // namespace millrace
