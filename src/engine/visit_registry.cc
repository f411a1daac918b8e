#include "engine/visit_registry.h"

namespace millrace {

void VisitRegistry::add_stored(std::span<const std::uint64_t> keys) {
  for (const std::uint64_t key : keys) stored_.insert(key);
}

VisitRegistry::Claim VisitRegistry::claim(std::uint64_t key) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  if (!shard.claimed.insert(key)) return Claim::kTaken;
  // Under the lock: release() enters a key into the filter before it gives the claim up.
  return stored_.contains(key) ? Claim::kPerhaps : Claim::kNew;
}

void VisitRegistry::release(std::span<const std::uint64_t> keys, bool stored) {
  for (const std::uint64_t key : keys) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    if (stored) stored_.insert(key);
    shard.claimed.erase(key);
  }
}

}  // namespace millrace
