// What became of what was received: received = stored + dead letters + duplicates (+ pending while a load
// runs), for each table, always.
#pragma once

#include <cstdint>

namespace millrace {

struct TableTally {
  std::uint64_t received = 0;
  std::uint64_t stored = 0;
  std::uint64_t dead_letters = 0;
  std::uint64_t duplicates = 0;

  TableTally& operator+=(const TableTally& other) {
    received += other.received;
    stored += other.stored;
    dead_letters += other.dead_letters;
    duplicates += other.duplicates;
    return *this;
  }
  bool adds_up() const { return received == stored + dead_letters + duplicates; }
  friend bool operator==(const TableTally&, const TableTally&) = default;
};

// Visits are counted by message: one that adds events to a visit is stored, one that adds nothing is a
// duplicate, one without a sound event is a dead letter. Events and items are counted in readable visits.
struct Tally {
  TableTally visits;
  TableTally events;
  TableTally items;
  std::uint64_t pending = 0;  // visits received, to be settled at the end of the load

  Tally& operator+=(const Tally& other) {
    visits += other.visits;
    events += other.events;
    items += other.items;
    pending += other.pending;
    return *this;
  }
  friend bool operator==(const Tally&, const Tally&) = default;
};

}  // namespace millrace
