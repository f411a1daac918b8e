#include "simulate/click_stream.h"

#include "simulate/random_streams.h"

namespace millrace {
namespace {

constexpr std::uint32_t kProductPercent = 65;  // of clicks; the others are page views
constexpr std::array<std::uint32_t, kPageCount> kPagePercents = {35, 40, 15, 5, 5};

Page draw_page(Random& random) {
  std::uint32_t percent = random.below(100);
  std::size_t page = 0;
  while (percent >= kPagePercents[page]) percent -= kPagePercents[page++];
  return static_cast<Page>(page);
}

std::uint64_t sum(const auto& counts) {
  std::uint64_t total = 0;
  for (const std::uint64_t count : counts) total += count;
  return total;
}

}  // namespace

ClickStream::ClickStream(const World& world, std::unique_ptr<EventTimes> times)
    : world_(world),
      clock_(std::move(times)),
      timeline_(world.catalog_timeline()),
      random_(world.options().seed, random_stream::content_of(Shape::kClicks)),
      beginning_(R"({"event_id": ")" + world.event_id_beginning("CLK")),
      users_(world),
      clicks_(world.options().products),
      campaign_views_(world.campaigns().all().size()) {}

bool ClickStream::next(std::string& out) {
  if (!clock_.tick()) return false;
  timeline_.advance_to(clock_.now());
  const std::uint32_t customer = world_.customers().draw(clock_.now(), random_);
  users_.add(customer);
  out += beginning_;
  append_number(out, clock_.count());
  out += R"(", "event_time": ")";
  time_text_.append(clock_.now(), out);
  out += R"(", "user_id": ")";
  world_.append_customer_id(customer, out);
  if (random_.below(100) < kProductPercent) {
    write_product(out);
  } else {
    write_page(out);
  }
  out += "\"}\n";
  return true;
}

void ClickStream::write_product(std::string& out) {
  const std::uint32_t product = timeline_.draw_product(world_.product_popularity(), random_);
  ++clicks_[product];
  out += R"(", "product_id": ")";
  world_.append_product_id(product, out);
}

void ClickStream::write_page(std::string& out) {
  const Page page = draw_page(random_);
  ++page_views_[static_cast<std::size_t>(page)];
  out += R"(", "page_url": ")";
  out += page_url(page);
  const Campaign* campaign = world_.campaigns().that_brings(clock_.now(), random_);
  if (campaign == nullptr) return;
  ++campaign_views_[static_cast<std::size_t>(campaign - world_.campaigns().all().data())];
  out += R"(", "referrer_url": ")";
  out += campaign->referrer_url;
}

void ClickStream::tell(TruthObject& truth) const {
  TruthObject events;
  events.add("page_view", sum(page_views_));
  events.add("view_item", sum(clicks_));
  truth.add("events", events);
  truth.add("users", users_.count());
  TruthObject pages;
  for (std::size_t i = 0; i < kPageCount; ++i) pages.add(page_url(static_cast<Page>(i)), page_views_[i]);
  truth.add("page_views", pages);
  TruthObject campaigns;
  for (std::size_t i = 0; i < campaign_views_.size(); ++i) {
    campaigns.add(world_.campaigns().all()[i].referrer_url, campaign_views_[i]);
  }
  truth.add("page_views_by_campaign", campaigns);
  TruthObject products;
  std::string id;
  for (std::uint32_t i = 0; i < clicks_.size(); ++i) {
    if (clicks_[i] == 0) continue;
    id.clear();
    world_.append_product_id(i, id);
    products.add(id, clicks_[i]);
  }
  truth.add("clicks_by_product", products);
  clock_.tell(truth);
}

}  // namespace millrace
