// A set of 64-bit hashes that may say yes by mistake but never no: a blocked Bloom filter, one cache line a
// key (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007).
//
// At 16 bits a key about one in five hundred unknown keys is taken for known; each of those costs a look-up,
// never a wrong result. Safe to use from several threads: a key is seen by contains() in every thread that
// learns in some other way that insert() has returned.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace millrace {

class KeyFilter {
 public:
  // Room for `expected_keys`; beyond it mistakes grow, memory does not.
  explicit KeyFilter(std::uint64_t expected_keys);

  void insert(std::uint64_t key);
  bool contains(std::uint64_t key) const;
  std::size_t bytes() const { return block_count_ * sizeof(Block); }

 private:
  static constexpr int kWordsPerBlock = 8;
  struct alignas(64) Block {
    std::atomic<std::uint64_t> words[kWordsPerBlock];
  };
  Block& block_of(std::uint64_t key) const;

  std::uint64_t block_count_;
  std::unique_ptr<Block[]> blocks_;
};

}  // namespace millrace
