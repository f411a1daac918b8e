#include "simulate/ecom_event_stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "simulate/random_streams.h"

namespace millrace {
namespace {

constexpr std::int64_t kSecondMicros = 1'000'000;
constexpr std::uint64_t kDaySeconds = 86'400;
constexpr std::uint64_t kSecondsBetweenSteps = 45;  // of one session, on average
constexpr std::uint64_t kOpenSessionsMax = 65'536;

std::uint64_t open_sessions(const World& world) {
  const std::uint64_t seconds = static_cast<std::uint64_t>(world.options().days) * kDaySeconds;
  const std::uint64_t rows = world.records_of(Shape::kEcomEvents);
  return std::clamp<std::uint64_t>(rows * kSecondsBetweenSteps / seconds, 1, kOpenSessionsMax);
}

}  // namespace

EcomEventStream::EcomEventStream(const World& world, std::unique_ptr<EventTimes> times)
    : world_(world),
      clock_(std::move(times)),
      timeline_(world.catalog_timeline()),
      random_(world.options().seed, random_stream::content_of(Shape::kEcomEvents)),
      open_sessions_(open_sessions(world)),
      users_(world),
      by_category_(catalog_categories().size()) {
  const std::size_t categories = catalog_categories().size();
  for (std::size_t i = 0; i < categories; ++i) {
    category_columns_.push_back(fmt::format(",{},{},", world.category_id(i), catalog_categories()[i].code));
    nameless_category_columns_.push_back(fmt::format(",{},,", world.category_id(categories + i)));
  }
}

bool EcomEventStream::next(std::string& out) {
  if (!clock_.tick()) return false;
  timeline_.advance_to(clock_.now());
  time_ = {clock_.now().micros / kSecondMicros * kSecondMicros};
  if (clock_.count() == 1) first_ = time_;
  ShoppingSession& session = open_sessions_[random_.below(static_cast<std::uint32_t>(open_sessions_.size()))];
  if (session.is_over()) begin(session);
  const SessionStep step = session.next(timeline_, world_.product_popularity(), random_);
  write(step, session, out);
  count(step, session);
  return true;
}

void EcomEventStream::begin(ShoppingSession& session) {
  const std::uint32_t customer = world_.customers().draw(clock_.now(), random_);
  session = ShoppingSession(sessions_begun_++, customer, random_);
  users_.add(customer);
  if (session.has_name()) ++sessions_;
}

void EcomEventStream::write(const SessionStep& step, const ShoppingSession& session, std::string& out) {
  const CatalogProduct& product = timeline_.catalog()[step.product];
  time_text_.append(time_, out);
  out += ',';
  out += kSessionStepNames[static_cast<std::size_t>(step.kind)];
  out += ',';
  world_.append_product_id(step.product, out);
  out += (product.has_category_code ? category_columns_ : nameless_category_columns_)[product.category];
  if (product.brand != CatalogProduct::kNoBrand) out += brands()[product.brand];
  out += ',';
  append_cents(out, product.price_cents);
  out += ',';
  world_.append_customer_id(session.customer(), out);
  out += ',';
  if (session.has_name()) session.append_name(world_.options().seed, out);
  out += '\n';
}

void EcomEventStream::count(const SessionStep& step, const ShoppingSession& session) {
  const CatalogProduct& product = timeline_.catalog()[step.product];
  Sums& sums = product.has_category_code ? by_category_[product.category] : without_code_;
  ++sums.events[static_cast<std::size_t>(step.kind)];
  if (step.kind == SessionStepKind::kPurchase) sums.revenue_cents += product.price_cents;
  if (product.brand == CatalogProduct::kNoBrand) ++rows_without_brand_;
  if (!session.has_name()) ++rows_without_session_;
}

TruthObject EcomEventStream::Sums::json() const {
  TruthObject object;
  for (std::size_t i = 0; i < events.size(); ++i) object.add(kSessionStepNames[i], events[i]);
  object.add("revenue", decimal_of_cents(revenue_cents));
  return object;
}

void EcomEventStream::tell(TruthObject& truth) const {
  Sums all = without_code_;
  TruthObject categories;
  for (std::size_t i = 0; i < by_category_.size(); ++i) {
    const Sums& sums = by_category_[i];
    for (std::size_t kind = 0; kind < all.events.size(); ++kind) all.events[kind] += sums.events[kind];
    all.revenue_cents += sums.revenue_cents;
    if (sums.events != decltype(sums.events){}) categories.add(catalog_categories()[i].code, sums.json());
  }
  TruthObject events;
  for (std::size_t i = 0; i < all.events.size(); ++i) events.add(kSessionStepNames[i], all.events[i]);
  truth.add("events", events);
  truth.add("revenue", decimal_of_cents(all.revenue_cents));
  truth.add("currency", kShopCurrency);
  truth.add("users", users_.count());
  truth.add("sessions", sessions_);
  TruthObject empty;
  std::uint64_t rows_without_code = 0;
  for (const std::uint64_t rows : without_code_.events) rows_without_code += rows;
  empty.add("category_code", rows_without_code);
  empty.add("brand", rows_without_brand_);
  empty.add("user_session", rows_without_session_);
  truth.add("empty", empty);
  truth.add("by_category_code", categories);
  truth.add("without_category_code", without_code_.json());
  truth.add_range(clock_.count() == 0, first_, time_);
}

}  // namespace millrace
