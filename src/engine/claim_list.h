// The keys that one epoch has claimed: written by the epoch's thread, read by the others while it grows.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/check.h"
#include "base/limits.h"

namespace millrace {

// One thread calls add() and drop_last(), any thread each(). Keys stand in blocks that never move.
class ClaimList {
 public:
  void add(std::uint64_t key) {
    const std::size_t count = count_.load(std::memory_order_relaxed);
    MILLRACE_CHECK(count < kBlockSize * kBlocksMax);
    std::unique_ptr<Block>& block = blocks_[count / kBlockSize];
    if (block == nullptr) block = std::make_unique_for_overwrite<Block>();
    (*block)[count % kBlockSize].store(key, std::memory_order_relaxed);
    count_.store(count + 1, std::memory_order_release);
  }

  // A reader may still see the key for a moment.
  void drop_last() { count_.store(count_.load(std::memory_order_relaxed) - 1, std::memory_order_release); }

  // All keys that were added before the call, and perhaps some that are added meanwhile.
  template <typename Use>
  void each(Use use) const {
    const std::size_t count = count_.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < count; ++i) {
      use((*blocks_[i / kBlockSize])[i % kBlockSize].load(std::memory_order_relaxed));
    }
  }

 private:
  static constexpr std::size_t kBlockSize = 64 << 10;
  // Behind the last key that makes an epoch full comes the rest of a batch, and what it takes of known keys:
  // of records that have at least one byte and a line end.
  static constexpr std::size_t kBlocksMax =
      (kEpochClaimsMax + kChunkSize / 2 + kEpochSuspectsMax) / kBlockSize + 1;
  // Atomic, since the place of a key that was dropped is written again while others may read it.
  using Block = std::array<std::atomic<std::uint64_t>, kBlockSize>;

  std::atomic<std::size_t> count_{0};
  std::array<std::unique_ptr<Block>, kBlocksMax> blocks_;
};

}  // namespace millrace
