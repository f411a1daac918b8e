// What a person may say about the simulated world.
#pragma once

#include <cstdint>
#include <optional>

#include "base/limits.h"
#include "base/result.h"
#include "base/time.h"
#include "event/contract.h"

namespace millrace {

struct WorldOptions {
  static constexpr std::uint32_t kUsersDefault = 10'000;

  std::uint64_t seed = 1;
  Timestamp start{};  // the first day; its time of day does not matter
  int days = 60;
  // In all, shared out over the days; else 100 to 199 a day. The other shapes scale with it.
  std::optional<std::uint64_t> visits = std::nullopt;
  // Records of each shape but visits, instead of scaling. For stock: sales, each with its delta. Catalog
  // changes follow the products.
  std::optional<std::uint64_t> events = std::nullopt;
  // Without: visits come from the lab's own numbers, the other shapes' from kUsersDefault customers.
  std::optional<std::uint32_t> users = std::nullopt;
  std::uint32_t products = 1'000;  // with the lab's, which are the most popular
  std::uint32_t campaigns = 0;
  // The shop lives: records are made as time goes by, from this moment on. It makes their identifiers others
  // than those of any other run.
  std::optional<Timestamp> lives_since = std::nullopt;
};

// kInvalidArgument, with the way to mend it, for options out of range, for days outside the years 1970 to
// 9999, and for a shape that would have more than kSimulatedRecordsMax records.
Status check(const WorldOptions& options);
Status check(const WorldOptions& options, Shape shape);

// How many records of a shape there are for each hundred visits; 0 for those that do not follow the visits.
std::uint64_t records_per_hundred_visits(Shape shape);

}  // namespace millrace
