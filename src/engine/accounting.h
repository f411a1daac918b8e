// The rules by which a decoded visit is counted: the same for an epoch and for the settlement of what epochs
// set aside.
#pragma once

#include "base/result.h"
#include "engine/sink.h"
#include "engine/tally.h"
#include "event/visit_decoder.h"

namespace millrace {

// A record that is refused whole, or that has no sound event: nothing of it is stored.
bool nothing_to_store(const DecodedVisit& decoded);
void count_nothing_stored(const DecodedVisit& decoded, Tally& tally);

void count_stored(const DecodedVisit& decoded, Tally& tally);
void count_duplicate(const DecodedVisit& decoded, Tally& tally);

// `added` events with `added_items` items were new, the other sound ones were known.
void count_added(const DecodedVisit& decoded, std::size_t added, std::size_t added_items, Tally& tally);

// Whether the stored visit of this key is the same visit, and not another with the same hash.
bool same_visit(const StoredVisit& stored, const Visit& visit);
Refusal hash_collision(const StoredVisit& stored, const Visit& visit, std::string_view record);

}  // namespace millrace
