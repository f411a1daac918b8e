// Which keys of a contract are stored, and which an epoch is storing right now: so that two epochs side by
// side never store the same visit or row, and one that is new is known to be new without asking the
// warehouse.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/claim_list.h"
#include "engine/key_filter.h"
#include "engine/sink.h"
#include "event/contract.h"

namespace millrace {

// Safe to use from several threads. Most keys are new and cost one step in the filter; those that may be
// known are looked for among what the running epochs hold.
class KeyRegistry {
 public:
  explicit KeyRegistry(std::uint64_t expected_keys) : filter_(expected_keys) {}

  // The keys that one epoch stores, from their claim to its end. Claims are made by one thread.
  using Claims = ClaimList;
  Claims& open();

  // Keys committed before the first claim.
  void add_stored(std::span<const std::uint64_t> keys);

  // Tells that a claim of the key will follow, a record's time later.
  void expect(std::uint64_t key) const { filter_.prefetch(key); }

  // True: never seen, the caller has it. False: it may be stored, or claimed by an epoch, perhaps the
  // caller's own.
  bool claim_new(std::uint64_t key, Claims& claims);

  // For keys of which claim_new() was false: true for each that an epoch has, or that came before in `keys`.
  // The others are the caller's now; whether they are stored must be asked of the sink afterwards.
  std::vector<bool> claim_known(std::span<const std::uint64_t> keys, Claims& claims);

  // Ends claims whose epoch has committed, or has stored nothing. Those of an epoch of which that is not
  // known are left open: nobody gets its keys any more.
  void close(Claims& claims);

 private:
  KeyFilter filter_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Claims>> open_;  // guarded by mutex_
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
