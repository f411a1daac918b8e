// Who draws from which stream of random numbers. No two draw from the same one, so that a shape's bytes do
// not depend on which others are written.
#pragma once

#include <cstdint>

#include "event/contract.h"

namespace millrace::random_stream {

inline constexpr std::uint64_t kDays = 0;  // how busy each day is; then the times of visits
inline constexpr std::uint64_t kVisitors = 1;
inline constexpr std::uint64_t kVisits = 2;
inline constexpr std::uint64_t kCampaigns = 3;
inline constexpr std::uint64_t kVendors = 4;
inline constexpr std::uint64_t kCatalog = 5;
inline constexpr std::uint64_t kCatalogChanges = 6;
inline constexpr std::uint64_t kCustomers = 7;
inline constexpr std::uint64_t kSales = 8;

constexpr std::uint64_t times_of(Shape shape) {
  return 0x100 + static_cast<std::uint64_t>(shape);
}
constexpr std::uint64_t content_of(Shape shape) {
  return 0x200 + static_cast<std::uint64_t>(shape);
}
constexpr std::uint64_t spoiling_of(Shape shape) {
  return 0x300 + static_cast<std::uint64_t>(shape);
}

}  // namespace millrace::random_stream
