#include "engine/key_filter.h"

#include <sys/mman.h>

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"

namespace millrace {
namespace {

constexpr std::uint64_t kBitsPerKey = 24;
constexpr int kBitsSetPerKey = 6;
constexpr std::uint64_t kKeysMin = 1024;
constexpr std::uint64_t kKeysMax = kKeyFilterBytesMax * 8 / kBitsPerKey;

// Bits of a word, each chosen by six bits of a remix of the key.
std::uint64_t bits_of(std::uint64_t key) {
  std::uint64_t mixed = key * 0x9E3779B97F4A7C15ULL >> 16;
  std::uint64_t bits = 0;
  for (int i = 0; i < kBitsSetPerKey; ++i, mixed >>= 6) bits |= std::uint64_t{1} << (mixed & 63);
  return bits;
}

}  // namespace

KeyFilter::KeyFilter(std::uint64_t expected_keys)
    : word_count_(std::clamp<std::uint64_t>(expected_keys, kKeysMin, kKeysMax) * kBitsPerKey / 64),
      words_(nullptr) {
  // Keys go anywhere in it: in large pages, most of them cost no walk through the page table.
  void* memory = ::mmap(nullptr, bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  MILLRACE_CHECK(memory != MAP_FAILED);
  (void)::madvise(memory, bytes(), MADV_HUGEPAGE);
  words_ = static_cast<Word*>(memory);
}

KeyFilter::~KeyFilter() {
  ::munmap(words_, bytes());
}

bool KeyFilter::insert(std::uint64_t key) {
  const std::uint64_t bits = bits_of(key);
  return (words_[word_of(key)].fetch_or(bits, std::memory_order_acq_rel) & bits) == bits;
}

}  // namespace millrace
