// A set of 64-bit hashes in one piece of memory: open addressing with linear probing, the hash itself as the
// place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace {

// Not thread-safe. At most half full; never shrinks.
class KeySet {
 public:
  // False when the key was there already.
  bool insert(std::uint64_t key) {
    key = kept_as(key);
    if (2 * (size_ + 1) > slots_.size()) grow();
    std::size_t at = place(key);
    for (; slots_[at] != kFree; at = next(at)) {
      if (slots_[at] == key) return false;
    }
    slots_[at] = key;
    ++size_;
    return true;
  }

  bool contains(std::uint64_t key) const {
    if (size_ == 0) return false;
    key = kept_as(key);
    std::size_t at = place(key);
    while (slots_[at] != kFree && slots_[at] != key) at = next(at);
    return slots_[at] == key;
  }

  std::size_t size() const { return size_; }

 private:
  static constexpr std::uint64_t kFree = 0;
  static constexpr std::size_t kSlotsMin = 64;

  // 0 marks a free slot, so it is kept as 1: whoever asks for either finds both.
  static std::uint64_t kept_as(std::uint64_t key) { return key == kFree ? 1 : key; }
  std::size_t mask() const { return slots_.size() - 1; }
  std::size_t place(std::uint64_t key) const { return (key >> 16) & mask(); }
  std::size_t next(std::size_t at) const { return (at + 1) & mask(); }

  void grow() {
    std::vector<std::uint64_t> old(slots_.empty() ? kSlotsMin : 2 * slots_.size(), kFree);
    old.swap(slots_);
    for (const std::uint64_t key : old) {
      if (key == kFree) continue;
      std::size_t at = place(key);
      while (slots_[at] != kFree) at = next(at);
      slots_[at] = key;
    }
  }

  std::vector<std::uint64_t> slots_;  // a power of two of them
  std::size_t size_ = 0;
};

}  // namespace millrace
