#include "engine/key_registry.h"

#include <algorithm>
#include <array>

#include "engine/key_set.h"

namespace millrace {
namespace {

// Whether a key may be among a few wanted ones: of a million others, nearly all are told apart by one bit
// that is clear, without a branch that the processor guesses wrong.
class Sieve {
 public:
  void insert(std::uint64_t key) { words_[word(key)] |= bit(key); }
  bool may_contain(std::uint64_t key) const { return (words_[word(key)] & bit(key)) != 0; }

 private:
  static constexpr std::size_t kWords = 1024;
  static std::size_t word(std::uint64_t key) { return key / 64 % kWords; }
  static std::uint64_t bit(std::uint64_t key) { return std::uint64_t{1} << key % 64; }

  std::array<std::uint64_t, kWords> words_{};
};

}  // namespace

KeyRegistry::Claims& KeyRegistry::open() {
  const std::lock_guard lock(mutex_);
  return *open_.emplace_back(std::make_unique<Claims>());
}

void KeyRegistry::add_stored(std::span<const std::uint64_t> keys) {
  for (const std::uint64_t key : keys) filter_.insert(key);
}

// In this order, so that whoever finds the key in the filter finds the claim, too.
bool KeyRegistry::claim_new(std::uint64_t key, Claims& claims) {
  claims.add(key);
  if (!filter_.insert(key)) return true;
  claims.drop_last();
  return false;
}

std::vector<bool> KeyRegistry::claim_known(std::span<const std::uint64_t> keys, Claims& claims) {
  KeySet wanted;
  Sieve sieve;
  for (const std::uint64_t key : keys) {
    wanted.insert(key);
    sieve.insert(key);
  }
  KeySet taken;
  const std::lock_guard lock(mutex_);  // against others who claim known keys
  for (const std::unique_ptr<Claims>& each : open_) {
    each->each([&](std::uint64_t key) {
      if (sieve.may_contain(key) && wanted.contains(key)) taken.insert(key);
    });
  }
  std::vector<bool> is_taken;
  for (const std::uint64_t key : keys) {
    const bool is_free = taken.insert(key);
    if (is_free) claims.add(key);
    is_taken.push_back(!is_free);
  }
  return is_taken;
}

void KeyRegistry::close(Claims& claims) {
  const std::lock_guard lock(mutex_);
  std::erase_if(open_, [&](const std::unique_ptr<Claims>& each) { return each.get() == &claims; });
}

Result<KeyRegistry*> KeyRegistries::of(const Contract& contract) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<KeyRegistry>& registry = registries_[&contract];
  if (registry != nullptr) return registry.get();
  std::uint64_t stored = 0;
  MILLRACE_TRY(sink_.each_key(contract, [&](std::span<const std::uint64_t> keys) { stored += keys.size(); }));
  auto made = std::make_unique<KeyRegistry>(stored + expected_keys_);
  MILLRACE_TRY(
      sink_.each_key(contract, [&](std::span<const std::uint64_t> keys) { made->add_stored(keys); }));
  registry = std::move(made);
  return registry.get();
}

}  // namespace millrace
