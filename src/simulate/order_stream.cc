#include "simulate/order_stream.h"

#include <algorithm>

#include "simulate/random_streams.h"

namespace millrace {
namespace {

constexpr std::uint32_t kUnratedPercent = 30;
constexpr std::array<std::uint32_t, 5> kRatingPercents = {4, 6, 15, 35, 40};  // of the rated: 1 to 5
constexpr std::uint32_t kUnitsMax = 10;

std::uint32_t draw_rating(Random& random) {
  std::uint32_t percent = random.below(100);
  std::size_t rating = 0;
  while (percent >= kRatingPercents[rating]) percent -= kRatingPercents[rating++];
  return static_cast<std::uint32_t>(rating + 1);
}

std::string vendor_members(const World& world, std::uint32_t number) {
  const Vendor& vendor = world.vendors()[number];
  std::string text = R"(, "vendor_id": ")";
  world.append_vendor_id(number, text);
  text += R"(", "vendor_name": )";
  append_json_string(text, vendor.name);
  text += R"(, "vendor_address": )";
  append_json_string(text, vendor.address);
  text += R"(, "vendor_vertical": ")";
  text += name(vendor.vertical);
  return text + R"(", "customer_id": ")";
}

}  // namespace

OrderStream::OrderStream(const World& world, std::unique_ptr<EventTimes> times)
    : world_(world),
      clock_(std::move(times)),
      timeline_(world.catalog_timeline()),
      random_(world.options().seed, random_stream::content_of(Shape::kOrders)),
      beginning_(R"({"order_id": ")" + world.event_id_beginning("ORD")),
      customers_(world),
      by_vendor_(world.vendors().size()) {
  for (std::uint32_t i = 0; i < world.vendors().size(); ++i)
    vendor_members_.push_back(vendor_members(world, i));
}

bool OrderStream::next(std::string& out) {
  if (!clock_.tick()) return false;
  timeline_.advance_to(clock_.now());
  const std::uint32_t product = timeline_.draw_vendor_product(world_.vendor_product_popularity(), random_);
  out += beginning_;
  append_number(out, clock_.count());
  out += R"(", "order_placed_at": ")";
  time_text_.append(clock_.now(), out);
  write_rating(out);
  out += vendor_members_[timeline_.catalog()[product].vendor];
  write_customer(out);
  write_item(product, out);
  return true;
}

void OrderStream::write_rating(std::string& out) {
  out += R"(", "order_rating": )";
  if (random_.below(100) < kUnratedPercent) {
    out += "null";
    return;
  }
  const std::uint32_t rating = draw_rating(random_);
  rating_sum_ += rating;
  ++rated_;
  append_number(out, rating);
}

void OrderStream::write_customer(std::string& out) {
  const std::uint32_t customer = world_.customers().draw(clock_.now(), random_);
  customers_.add(customer);
  world_.append_customer_id(customer, out);
  out += R"(", "customer_registered_at": ")";
  registration_text_.append(world_.customers().registered_at(customer), out);
}

void OrderStream::write_item(std::uint32_t product, std::string& out) {
  const CatalogProduct& item = timeline_.catalog()[product];
  const std::uint32_t drawn = random_.below(kUnitsMax);
  const std::uint32_t units = 1 + std::min(drawn, random_.below(kUnitsMax));
  out += R"(", "item_sku": ")";
  world_.append_product_id(product, out);
  out += R"(", "item_name": ")";
  timeline_.catalog().append_name(product, out);
  out += R"(", "item_price": )";
  append_cents(out, item.price_cents);
  out += R"(, "item_quantity": )";
  append_number(out, units);
  out += "}\n";

  const std::uint64_t cents = std::uint64_t{item.price_cents} * units;
  units_ += units;
  sums_.add(cents);
  by_vendor_[item.vendor].add(cents);
  by_vertical_[static_cast<std::size_t>(world_.vendors()[item.vendor].vertical)].add(cents);
}

TruthObject OrderStream::Sums::json() const {
  TruthObject object;
  object.add("orders", orders);
  object.add("revenue", decimal_of_cents(revenue_cents));
  return object;
}

void OrderStream::tell(TruthObject& truth) const {
  truth.add("orders", sums_.orders);
  truth.add("revenue", decimal_of_cents(sums_.revenue_cents));
  truth.add("currency", kShopCurrency);
  truth.add("units", units_);
  truth.add("rating_sum", rating_sum_);
  truth.add("rated_orders", rated_);
  truth.add("customers", customers_.count());
  TruthObject verticals;
  for (std::size_t i = 0; i < by_vertical_.size(); ++i)
    verticals.add(kVerticalNames[i], by_vertical_[i].json());
  truth.add("by_vertical", verticals);
  TruthObject vendors;
  std::string id;
  for (std::uint32_t i = 0; i < by_vendor_.size(); ++i) {
    if (by_vendor_[i].orders == 0) continue;
    id.clear();
    world_.append_vendor_id(i, id);
    vendors.add(id, by_vendor_[i].json());
  }
  truth.add("by_vendor", vendors);
  clock_.tell(truth);
}

}  // namespace millrace
