#include "engine/key_filter.h"

#include <algorithm>

#include "base/int128.h"
#include "base/limits.h"

namespace millrace {
namespace {

constexpr std::uint64_t kBitsPerKey = 16;
constexpr std::uint64_t kBitsPerBlock = 512;

// One bit in each word of the block, chosen by six bits of a remix of the key.
std::uint64_t bit_in_word(std::uint64_t key, int word) {
  const std::uint64_t mixed = key * 0x9E3779B97F4A7C15ULL;
  return std::uint64_t{1} << ((mixed >> (word * 6)) & 63);
}

}  // namespace

KeyFilter::KeyFilter(std::uint64_t expected_keys)
    : block_count_(std::clamp<std::uint64_t>(expected_keys * kBitsPerKey / kBitsPerBlock, 1024,
                                             kKeyFilterBytesMax / sizeof(Block))),
      blocks_(std::make_unique<Block[]>(block_count_)) {}

KeyFilter::Block& KeyFilter::block_of(std::uint64_t key) const {
  return blocks_[static_cast<std::uint64_t>((static_cast<Uint128>(key) * block_count_) >> 64)];
}

void KeyFilter::insert(std::uint64_t key) {
  Block& block = block_of(key);
  for (int word = 0; word < kWordsPerBlock; ++word) {
    block.words[word].fetch_or(bit_in_word(key, word), std::memory_order_relaxed);
  }
}

bool KeyFilter::contains(std::uint64_t key) const {
  const Block& block = block_of(key);
  for (int word = 0; word < kWordsPerBlock; ++word) {
    if ((block.words[word].load(std::memory_order_relaxed) & bit_in_word(key, word)) == 0) return false;
  }
  return true;
}

}  // namespace millrace
