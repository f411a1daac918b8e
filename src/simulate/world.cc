#include "simulate/world.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/hash.h"
#include "simulate/line_text.h"
#include "simulate/random_streams.h"
#include "simulate/traffic_schedule.h"

namespace millrace {
namespace {

constexpr std::int64_t kDayMicros = 86'400'000'000;

// Six letters and digits for a world, none of which is taken for another.
std::string world_mark(const WorldOptions& options) {
  constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  static_assert(kLetters.size() == 32);
  std::uint64_t bits = hash64(fmt::format("world {} {}", options.seed, options.start.micros / kDayMicros));
  std::string mark;
  for (int i = 0; i < 6; ++i, bits >>= 5) mark += kLetters[bits % 32];
  return mark;
}

std::string options_mark(const WorldOptions& options) {
  const std::string text = fmt::format("{} {} {} {} {} {} {}", options.start.micros / kDayMicros,
                                       options.days, options.visits.value_or(0), options.events.value_or(0),
                                       options.users.value_or(0), options.products, options.campaigns);
  const std::string run = options.lives_since ? fmt::format(" {}", options.lives_since->micros) : "";
  return fmt::format("{:08x}", hash64(text + run) >> 32);
}

const WorldOptions& checked(const WorldOptions& options) {
  MILLRACE_CHECK(check(options).has_value());
  return options;
}

}  // namespace

World::World(const WorldOptions& options)
    : options_(checked(options)),
      campaigns_(options),
      customers_(options),
      vendors_(make_vendors(options)),
      product_popularity_(options.products),
      vendor_product_popularity_(options.products - kLabProducts),
      visits_total_(
          TrafficSchedule(options, campaigns_, Rhythm::kOpeningHours, random_stream::kDays, options.visits)
              .total()) {
  const std::string mark = world_mark(options);
  product_beginning_ = "SKU-" + mark + "-";
  customer_beginning_ = "CUS-" + mark + "-";
  vendor_beginning_ = "VEN-" + mark + "-";
  store_beginning_ = "STO-" + mark + "-";
  warehouse_beginning_ = "WAR-" + mark + "-";
}

CatalogTimeline World::catalog_timeline() const {
  return {options_, static_cast<std::uint32_t>(vendors_.size())};
}

std::uint64_t World::records_of(Shape shape) const {
  if (shape != Shape::kVisits && options_.events) return *options_.events;
  const std::uint64_t per_hundred = records_per_hundred_visits(shape);
  return visits_total_ / 100 * per_hundred + visits_total_ % 100 * per_hundred / 100;
}

void World::append_product_id(std::uint32_t product, std::string& out) const {
  if (product < kLabProducts) {
    out += products()[product].id;
    return;
  }
  out += product_beginning_;
  append_number(out, product);
}

void World::append_customer_id(std::uint32_t customer, std::string& out) const {
  out += customer_beginning_;
  append_number(out, customer);
}

void World::append_vendor_id(std::uint32_t vendor, std::string& out) const {
  out += vendor_beginning_;
  append_number(out, vendor);
}

void World::append_store_id(std::uint32_t store, std::string& out) const {
  out += store_beginning_;
  append_number(out, store);
}

void World::append_warehouse_id(std::uint32_t warehouse, std::string& out) const {
  out += warehouse_beginning_;
  append_number(out, warehouse);
}

std::uint64_t World::category_id(std::size_t category) const {
  constexpr std::uint64_t kFirst = 2'000'000'000'000'000'000;
  constexpr std::uint64_t kBetween = 1'000'000'000'000'000;
  return kFirst + category * kBetween +
         Random(options_.seed, (random_stream::kCatalog << 32) + category).next() % kBetween;
}

std::uint64_t World::visitors_seed() const {
  return options_.lives_since ? hash64(fmt::format("run {} {}", options_.seed, options_.lives_since->micros))
                              : options_.seed;
}

std::uint64_t World::first_session() const {
  return options_.lives_since ? static_cast<std::uint64_t>(options_.lives_since->micros) : 0;
}

std::string World::event_id_beginning(std::string_view prefix) const {
  return fmt::format("{}-{}-{}-", prefix, options_.seed, options_mark(options_));
}

}  // namespace millrace
