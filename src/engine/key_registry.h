// Which keys of a contract are stored, and which an epoch is storing right now: so that two epochs side by side never
// store the same visit or row, and one that is new is known to be new without asking the warehouse.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>

#include "base/result.h"
#include "engine/key_filter.h"
#include "engine/key_set.h"
#include "engine/sink.h"
#include "event/contract.h"

namespace millrace {

// Safe to use from several threads. Most of the work is on one of 64 locks, held for a few instructions.
class KeyRegistry {
 public:
  explicit KeyRegistry(std::uint64_t expected_keys) : stored_(expected_keys) {}

  // Keys committed before the first claim.
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

// One registry a contract, made when its first record comes. Safe to use from several threads.
class KeyRegistries {
 public:
  // `expected_keys`: how many a contract may add; sizes the filters.
  KeyRegistries(Sink& sink, std::uint64_t expected_keys) : sink_(sink), expected_keys_(expected_keys) {}

  // Knows all that the sink has stored. Nobody stores records of a contract before its registry is there.
  Result<KeyRegistry*> of(const Contract& contract);

 private:
  Sink& sink_;
  const std::uint64_t expected_keys_;
  std::mutex mutex_;
  std::map<const Contract*, std::unique_ptr<KeyRegistry>> registries_;  // guarded by mutex_
};

}  // namespace millrace
