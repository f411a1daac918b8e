#include "engine/key_registry.h"

namespace millrace {

void KeyRegistry::add_stored(std::span<const std::uint64_t> keys) {
  for (const std::uint64_t key : keys) stored_.insert(key);
}

KeyRegistry::Claim KeyRegistry::claim(std::uint64_t key) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  if (!shard.claimed.insert(key)) return Claim::kTaken;
  // Under the lock: release() enters a key into the filter before it gives the claim up.
  return stored_.contains(key) ? Claim::kPerhaps : Claim::kNew;
}

void KeyRegistry::release(std::span<const std::uint64_t> keys, bool stored) {
  for (const std::uint64_t key : keys) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    if (stored) stored_.insert(key);
    shard.claimed.erase(key);
  }
}

Result<KeyRegistry*> KeyRegistries::of(const Contract& contract) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<KeyRegistry>& registry = registries_[&contract];
  if (registry != nullptr) return registry.get();
  std::uint64_t stored = 0;
  MILLRACE_TRY(
      sink_.each_key(contract, [&](std::span<const std::uint64_t> keys) { stored += keys.size(); }));
  auto made = std::make_unique<KeyRegistry>(stored + expected_keys_);
  MILLRACE_TRY(
      sink_.each_key(contract, [&](std::span<const std::uint64_t> keys) { made->add_stored(keys); }));
  registry = std::move(made);
  return registry.get();
}

}  // namespace millrace
