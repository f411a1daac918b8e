// What became of what was received: received = stored + dead letters + duplicates (+ pending while a load
// runs), for each table, always.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

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

// A visit that adds events to a stored one counts as stored, one that adds nothing as a duplicate, one
// without a sound event as a dead letter. Events and items are those of readable visits; a flat record has
// none.
struct Tally {
  TableTally records;
  TableTally events;
  TableTally items;
  std::uint64_t pending = 0;  // records received, to be settled at the end of the load

  Tally& operator+=(const Tally& other) {
    records += other.records;
    events += other.events;
    items += other.items;
    pending += other.pending;
    return *this;
  }
  friend bool operator==(const Tally&, const Tally&) = default;
};

using Tallies = std::map<std::string, Tally, std::less<>>;  // by the name of the contract

}  // namespace millrace
