#include "simulate/customers.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

constexpr std::int64_t kDayMicros = 86'400'000'000;

void expect_drawn_after_registration(const WorldOptions& options) {
  const Customers customers(options);
  Random random(3, 3);
  for (std::int64_t day = 0; day < options.days; ++day) {
    for (int i = 0; i < 100; ++i) {
      const Timestamp now{options.start.micros + day * kDayMicros + i};
      const std::uint32_t customer = customers.draw(now, random);
      ASSERT_LT(customer, customers.count());
      ASSERT_LE(customers.registered_at(customer), now);
    }
  }
}

TEST(Customers, AreRegisteredBeforeTheyAreDrawn) {
  expect_drawn_after_registration({.start = *parse_timestamp("2024-07-01")});
  expect_drawn_after_registration({.start = *parse_timestamp("2024-07-01"), .users = 1});
  expect_drawn_after_registration({.start = *parse_timestamp("1970-01-01"), .days = 3, .users = 10'000'000});
  expect_drawn_after_registration({.start = *parse_timestamp("1970-01-01"), .days = 3'000, .users = 7});
}

TEST(Customers, NewOnesRegisterDuringTheSimulatedDays) {
  const WorldOptions options = {.start = *parse_timestamp("2024-07-01"), .days = 365};
  const Customers customers(options);
  EXPECT_LT(customers.registered_at(0), options.start);
  EXPECT_GT(customers.registered_at(customers.count() - 1), options.start);
}

TEST(Customers, RegisterAtWholeSecondsThatStay) {
  const Customers customers({.start = *parse_timestamp("2024-07-01")});
  for (std::uint32_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(customers.registered_at(i).micros % 1'000'000, 0);
    EXPECT_EQ(customers.registered_at(i), customers.registered_at(i));
  }
}

}  // namespace
}  // namespace millrace
