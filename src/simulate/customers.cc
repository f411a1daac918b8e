#include "simulate/customers.h"

#include <algorithm>

#include "simulate/random_streams.h"

namespace millrace {
namespace {

constexpr std::int64_t kSecondMicros = 1'000'000;
constexpr std::int64_t kDayMicros = 86'400 * kSecondMicros;
constexpr std::int64_t kBeforeMicros = 3 * 365 * kDayMicros;

}  // namespace

Customers::Customers(const WorldOptions& options)
    : seed_(options.seed), count_(options.users.value_or(WorldOptions::kUsersDefault)) {
  const std::int64_t start = options.start.micros / kDayMicros * kDayMicros;
  first_micros_ = std::max(std::int64_t{0}, start - kBeforeMicros);
  between_micros_ = (start + options.days * kDayMicros - first_micros_) / count_;
}

Timestamp Customers::registered_at(std::uint32_t customer) const {
  // The first is there from the start: there is always somebody to draw.
  if (customer == 0) return {first_micros_};
  const std::uint64_t drawn = Random(seed_, (random_stream::kCustomers << 32) + customer).next();
  const std::int64_t micros = first_micros_ + customer * between_micros_ +
                              static_cast<std::int64_t>(drawn % static_cast<std::uint64_t>(between_micros_));
  return {micros / kSecondMicros * kSecondMicros};
}

std::uint32_t Customers::registered_before(Timestamp time) const {
  const std::int64_t whole = (time.micros - first_micros_) / between_micros_;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(whole, 1, count_));
}

}  // namespace millrace
