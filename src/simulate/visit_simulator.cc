#include "simulate/visit_simulator.h"

#include <algorithm>
#include <utility>

#include "simulate/random_streams.h"

namespace millrace {
namespace {

constexpr std::int64_t kSecondMicros = 1'000'000;

constexpr std::uint64_t kNumberFirst = 1000;  // SID-1000, UID-1000, ORD-1000
constexpr std::uint64_t kNumberCountMin =
    9000;  // four digits, as in the lab; more when there are more visits

constexpr std::uint32_t kMobilePercent = 59;
constexpr std::uint32_t kDesktopPercent = 32;

constexpr std::uint32_t kFurtherViewsMax = 4;
constexpr std::uint32_t kCartPercent = 90;
constexpr std::uint32_t kAboutPercent = 5;
constexpr std::uint32_t kQuantityMax = 5;

static_assert(2 + kFurtherViewsMax == SimulatedVisit::kPageViewsMax);

}  // namespace

VisitSimulator::VisitSimulator(const World& world, std::unique_ptr<EventTimes> times)
    : world_(world),
      times_(std::move(times)),
      visitors_(std::max(kNumberCountMin, world.records_of(Shape::kVisits)), world.visitors_seed()),
      random_(world.options().seed, random_stream::kVisits),
      campaign_visits_(world.campaigns().all().size()) {}

bool VisitSimulator::next(std::string& out) {
  const auto time = times_->next();
  if (!time) return false;
  visit_ = SimulatedVisit{.time = {time->micros / kSecondMicros * kSecondMicros}};
  draw_visitor();
  draw_page_views();
  if (random_.coin()) draw_cart();
  writer_.write(visit_, out);
  truth_.count(visit_);
  if (visit_.campaign != nullptr) {
    ++campaign_visits_[static_cast<std::size_t>(visit_.campaign - world_.campaigns().all().data())];
  }
  return true;
}

RecordParts VisitSimulator::parts() const {
  const std::size_t bought = visit_.bought ? visit_.cart_add_count : 0;
  const std::size_t events = visit_.page_view_count + visit_.cart_add_count + (visit_.bought ? 1 : 0);
  return {.events = static_cast<std::uint32_t>(events), .items = static_cast<std::uint32_t>(bought)};
}

void VisitSimulator::tell(TruthObject& truth) const {
  millrace::tell(truth_, truth);
  TruthObject campaigns;
  for (std::size_t i = 0; i < campaign_visits_.size(); ++i) {
    campaigns.add(world_.campaigns().all()[i].referrer_url, campaign_visits_[i]);
  }
  truth.add("visits_by_campaign", campaigns);
}

void VisitSimulator::draw_visitor() {
  const VisitorNumbers numbers = visitors_.at(truth_.visits);
  visit_.session_number = kNumberFirst + numbers.session;
  visit_.user_number = kNumberFirst + numbers.user;
  if (const auto users = world_.options().users) {
    // With so few users pairs would come twice: then each visit has a session of its own.
    visit_.session_number = kNumberFirst + world_.first_session() + truth_.visits;
    visit_.user_number = kNumberFirst + random_.below(*users);
  }
  const std::uint32_t percent = random_.below(100);
  visit_.device = percent < kMobilePercent                     ? Device::kMobile
                  : percent < kMobilePercent + kDesktopPercent ? Device::kDesktop
                                                               : Device::kTablet;
  visit_.user_agent = random_.below(kUserAgentsPerDevice);
  visit_.latitude_micros = static_cast<std::int32_t>(random_.below(180'000'001)) - 90'000'000;
  visit_.longitude_micros = static_cast<std::int32_t>(random_.below(360'000'001)) - 180'000'000;
}

void VisitSimulator::draw_page_views() {
  visit_.campaign = world_.campaigns().that_brings(visit_.time, random_);
  visit_.view(Page::kHome, visit_.campaign != nullptr ? Referrer::kCampaign : Referrer::kNone);
  visit_.view(Page::kProducts, Referrer::kHome);
  const std::uint32_t further = random_.below(kFurtherViewsMax + 1);
  for (std::uint32_t i = 0; i < further; ++i) {
    const std::uint32_t percent = random_.below(100);
    const Page page = percent < kCartPercent                   ? Page::kCart
                      : percent < kCartPercent + kAboutPercent ? Page::kAbout
                                                               : Page::kContact;
    visit_.view(page, static_cast<Referrer>(1 + random_.below(kReferrerCount - 1)));
  }
}

void VisitSimulator::draw_cart() {
  const std::uint32_t adds = 1 + random_.below(SimulatedVisit::kCartAddsMax);
  for (std::uint32_t i = 0; i < adds; ++i) {
    const std::size_t product = draw_product();
    visit_.add_to_cart(product, static_cast<std::int32_t>(1 + random_.below(kQuantityMax)));
  }
  visit_.bought = random_.coin();
  if (visit_.bought) visit_.order_number = kNumberFirst + random_.next() % visitors_.count();
}

std::size_t VisitSimulator::draw_product() {
  std::size_t product = random_.below(kCategoryCount) * kProductsPerCategory;
  std::uint32_t percent = random_.below(100);
  while (percent >= products()[product].share_percent) percent -= products()[product++].share_percent;
  return product;
}

}  // namespace millrace
