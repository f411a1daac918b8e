#include "engine/claim_list.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>
#include <vector>

namespace millrace {
namespace {

std::vector<std::uint64_t> keys_of(const ClaimList& list) {
  std::vector<std::uint64_t> keys;
  list.each([&](std::uint64_t key) { keys.push_back(key); });
  return keys;
}

TEST(ClaimList, HoldsWhatWasAddedWithoutWhatWasDropped) {
  ClaimList list;
  list.add(1);
  list.add(2);
  list.drop_last();
  list.add(3);
  EXPECT_EQ(keys_of(list), (std::vector<std::uint64_t>{1, 3}));
}

// Nearly full, it still takes a batch of the shortest records.
TEST(ClaimList, HasRoomForABatchBehindTheLastClaim) {
  ClaimList list;
  constexpr std::uint64_t kKeys = kEpochClaimsMax + kChunkSize / 2;
  for (std::uint64_t key = 0; key < kKeys; ++key) list.add(key);
  std::uint64_t count = 0;
  list.each([&](std::uint64_t) { ++count; });
  EXPECT_EQ(count, kKeys);
}

TEST(ClaimList, IsReadWhileKeysAreAddedAndDropped) {
  ClaimList list;
  list.add(7);
  {
    const std::jthread writer([&] {
      for (std::uint64_t key = 100; key < 200'000; ++key) {
        list.add(key);
        if (key % 3 != 0) list.drop_last();
      }
    });
    for (int i = 0; i < 100; ++i) EXPECT_EQ(keys_of(list).front(), 7u);
  }
}

}  // namespace
}  // namespace millrace
