// A set of 64-bit hashes that may say yes by mistake but never no: a Bloom filter blocked to one machine word
// a key (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007), so that to ask and
// to enter is one atomic step.
//
// At 24 bits a key about one in a thousand unknown keys is taken for known; each of those costs a look-up,
// never a wrong result. Safe to use from several threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/int128.h"

namespace millrace {

class KeyFilter {
 public:
  // Room for `expected_keys`; beyond it mistakes grow, memory does not.
  explicit KeyFilter(std::uint64_t expected_keys);
  ~KeyFilter();
  KeyFilter(const KeyFilter&) = delete;
  KeyFilter& operator=(const KeyFilter&) = delete;

  // True when the key is there already, perhaps by mistake. Of several threads that enter a key which is not
  // there, exactly one is told false.
  bool insert(std::uint64_t key);

  // Has the memory at hand that insert() will look at: most of its time goes into waiting for it.
  void prefetch(std::uint64_t key) const { __builtin_prefetch(&words_[word_of(key)], 1); }

 private:
  using Word = std::atomic<std::uint64_t>;
  std::uint64_t word_of(std::uint64_t key) const {
    return static_cast<std::uint64_t>((static_cast<Uint128>(key) * word_count_) >> 64);
  }
  std::size_t bytes() const { return word_count_ * sizeof(Word); }

  std::uint64_t word_count_;
  Word* words_;
};

}  // namespace millrace
