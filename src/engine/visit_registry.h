// Which visits are stored, and which an epoch is storing right now: so that two epochs side by side never
// store the same visit, and one that is new is known to be new without asking the warehouse.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <span>

#include "engine/key_filter.h"
#include "engine/key_set.h"

namespace millrace {

// Safe to use from several threads. Most of the work is on one of 64 locks, held for a few instructions.
class VisitRegistry {
 public:
  explicit VisitRegistry(std::uint64_t expected_visits) : stored_(expected_visits) {}

  // Visits committed before the first claim.
  void add_stored(std::span<const std::uint64_t> keys);

  enum class Claim {
    kNew,      // never seen: the caller has it
    kPerhaps,  // perhaps stored already: the caller has it, and asks the sink
    kTaken,    // in an epoch that is not committed yet, perhaps the caller's own
  };
  Claim claim(std::uint64_t key);

  // Ends claims. The stored ones must be committed by now, so that whoever claims them next finds them in the
  // sink.
  void release(std::span<const std::uint64_t> keys, bool stored);

 private:
  static constexpr std::size_t kShards = 64;
  struct alignas(64) Shard {
    std::mutex mutex;
    KeySet claimed;
  };
  Shard& shard_of(std::uint64_t key) { return shards_[key % kShards]; }

  KeyFilter stored_;
  std::array<Shard, kShards> shards_;
};

}  // namespace millrace
