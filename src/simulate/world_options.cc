#include "simulate/world_options.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace millrace {
namespace {

constexpr std::int64_t kDayMicros = 86'400'000'000;
constexpr std::int64_t kEndMicros = 253'402'300'800'000'000;  // 10000-01-01

Status in_range(std::string_view what, std::uint64_t value, std::uint64_t least, std::uint64_t most) {
  if (value >= least && value <= most) return {};
  return fail(ErrorCode::kInvalidArgument, fmt::format("{} {}: expected {} to {}", value, what, least, most));
}

}  // namespace

std::uint64_t records_per_hundred_visits(Shape shape) {
  switch (shape) {
    case Shape::kVisits:
    case Shape::kTransactions:
    case Shape::kStock:
      return 100;
    case Shape::kClicks:
    case Shape::kEcomEvents:
      return 600;
    case Shape::kOrders:
      return 50;
    case Shape::kCatalogChanges:
    case Shape::kEvents:
      break;
  }
  return 0;
}

Status check(const WorldOptions& options) {
  if (options.days < 1 || options.days > kSimulatedDaysMax) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} days: expected 1 to {}", options.days, kSimulatedDaysMax));
  }
  if (options.visits) MILLRACE_TRY(in_range("visits", *options.visits, 1, kSimulatedRecordsMax));
  if (options.events) MILLRACE_TRY(in_range("events", *options.events, 1, kSimulatedRecordsMax));
  if (options.users) MILLRACE_TRY(in_range("users", *options.users, 1, kSimulatedUsersMax));
  MILLRACE_TRY(in_range("products", options.products, kSimulatedProductsMin, kSimulatedProductsMax));
  MILLRACE_TRY(in_range("campaigns", options.campaigns, 0, kSimulatedCampaignsMax));
  if (options.start.micros < 0 || options.start.micros >= kEndMicros - options.days * kDayMicros) {
    return fail(ErrorCode::kInvalidArgument, "the simulated days must be in the years 1970 to 9999");
  }
  return {};
}

Status check(const WorldOptions& options, Shape shape) {
  MILLRACE_TRY(check(options));
  if (!options.visits || options.events) return {};
  const std::uint64_t records = *options.visits / 100 * records_per_hundred_visits(shape);
  if (records <= kSimulatedRecordsMax) return {};
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("{} visits make {} {}: at most {} can be written; ask for fewer visits, or give the "
                  "number of events",
                  *options.visits, records, name(shape), kSimulatedRecordsMax));
}

}  // namespace millrace
