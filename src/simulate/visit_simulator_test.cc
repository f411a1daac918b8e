#include "simulate/visit_simulator.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

#include "base/hash.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

constexpr std::uint64_t kManyVisits = 50'000;

WorldOptions july(std::optional<std::uint64_t> visits = {}) {
  return {.start = *parse_timestamp("2024-07-01"), .visits = visits};
}

struct Simulated {
  std::string lines;
  SimulatedTruth truth;
};

std::string json(const SimulatedTruth& truth) {
  TruthObject object;
  tell(truth, object);
  return object.json();
}

Simulated simulate(const WorldOptions& options) {
  const World world(options);
  VisitSimulator simulator(world, scheduled_times(world, Shape::kVisits));
  Simulated result;
  while (simulator.next(result.lines)) {
  }
  result.truth = simulator.truth();
  return result;
}

// Calls `use` with each visit; fails the test when one, or an event of it, is refused.
template <typename Use>
void decode_all(std::string lines, Use use) {
  const std::size_t size = lines.size();
  lines.append(VisitDecoder::kPadding, ' ');
  VisitDecoder decoder;
  const Timestamp arrival = *parse_timestamp("2030-01-01");
  std::string_view rest(lines.data(), size);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    ASSERT_NE(end, std::string_view::npos);
    const DecodedVisit& decoded = decoder.decode(rest.substr(0, end), arrival);
    ASSERT_TRUE(decoded.readable && decoded.refusals.empty()) << rest.substr(0, end);
    use(decoded.visit);
    rest.remove_prefix(end + 1);
  }
}

template <typename Name>
std::size_t index_of(std::string_view text, std::size_t count, Name name_of) {
  for (std::size_t i = 0; i < count; ++i) {
    if (name_of(i) == text) return i;
  }
  ADD_FAILURE() << "unknown: " << text;
  return 0;
}

std::size_t index_of_page(std::string_view url) {
  return index_of(url, kPageCount, [](std::size_t i) { return page_url(static_cast<Page>(i)); });
}

void count_sale(SalesTruth& sales, const PurchaseItem& item) {
  ++sales.items;
  sales.units += static_cast<std::uint64_t>(item.quantity);
  sales.revenue.units += item.line_amount.units;
}

// The truth, counted anew from what the decoder reads.
void count(SimulatedTruth& truth, const Visit& visit) {
  const Timestamp time = visit.events.front().time;
  if (truth.visits++ == 0) truth.first_at = time;
  truth.last_at = time;
  ++truth.visits_by_device[index_of(visit.device_type, kDeviceCount,
                                    [](std::size_t i) { return name(static_cast<Device>(i)); })];
  std::set<std::size_t> pages;
  bool has_cart = false;
  for (const Event& event : visit.events) {
    EXPECT_EQ(event.time, time);
    if (event.type == EventType::kPageView) {
      ++truth.page_views;
      ++truth.pages[index_of_page(event.page_url)].views;
      pages.insert(index_of_page(event.page_url));
    } else if (event.type == EventType::kAddToCart) {
      ++truth.cart_adds;
      has_cart = true;
    } else {
      ++truth.purchases;
    }
  }
  for (const std::size_t page : pages) ++truth.pages[page].visits;
  if (has_cart) ++truth.visits_with_cart;
  for (const PurchaseItem& item : visit.items) {
    count_sale(truth.sales, item);
    count_sale(truth.categories[index_of(item.category, kCategoryCount,
                                         [](std::size_t i) { return name(static_cast<Category>(i)); })],
               item);
    count_sale(truth.products[index_of(item.product_id, kProductCount,
                                       [](std::size_t i) { return products()[i].id; })],
               item);
  }
}

double share(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

TEST(VisitSimulator, WritesTheLabsForm) {
  const World world(july());
  VisitSimulator simulator(world, scheduled_times(world, Shape::kVisits));
  std::string line;
  while (simulator.truth().purchases == 0) {
    line.clear();
    ASSERT_TRUE(simulator.next(line));
  }
  const std::string_view time = R"("timestamp": "2024-07-01T09:51:23", "details": )";
  const std::string_view item =
      R"({"product_id": "HDW-002", "product_name": "Tower PC Alto", "category": "hardware", "price": 1249.0, )"
      R"("quantity": 1})";
  const auto page_view = [&](std::string_view page, std::string_view referrer) {
    return fmt::format(R"({{"event": {{"event_type": "page_view", {}{{"page_url": "https://example.com/{}", )"
                       R"("referrer_url": {}}}}}}}, )",
                       time, page, referrer);
  };
  std::string expected =
      R"({"session_id": "SID-5736", "user_id": "UID-4101", "device_type": "desktop", "geolocation": )"
      R"("14.997922,-45.844456", "user_agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 )"
      R"((KHTML, like Gecko) Version/17.5 Safari/605.1.15", "events": [)";
  expected += page_view("home", "null");
  expected += page_view("products", R"("https://example.com/home")");
  expected += page_view("cart", R"("https://example.com/products")");
  expected += page_view("cart", R"("https://google.com")");
  expected += fmt::format(R"({{"event": {{"event_type": "add_item_to_cart", {}{}}}}}, )", time, item);
  expected +=
      fmt::format(R"({{"event": {{"event_type": "purchase", {}{{"order_id": "ORD-7544", "amount": 1249.0, )"
                  R"("currency": "USD", "items": [{}]}}}}}}]}})",
                  time, item);
  EXPECT_EQ(line, expected + "\n");
}

TEST(VisitSimulator, SameSeedSameBytes) {
  const Simulated first = simulate(july());
  EXPECT_EQ(first.lines, simulate(july()).lines);
  EXPECT_EQ(hash64(first.lines), 9714458223968865944u) << "the bytes of seed 1 have changed";
}

TEST(VisitSimulator, OtherSeedsOtherBytes) {
  auto other = july();
  other.seed = 2;
  EXPECT_NE(simulate(july()).lines, simulate(other).lines);
}

TEST(VisitSimulator, NothingIsAppendedAfterTheEnd) {
  const World world(july(3));
  VisitSimulator simulator(world, scheduled_times(world, Shape::kVisits));
  std::string out;
  EXPECT_TRUE(simulator.next(out) && simulator.next(out) && simulator.next(out));
  const std::string all = out;
  EXPECT_FALSE(simulator.next(out));
  EXPECT_FALSE(simulator.next(out));
  EXPECT_EQ(out, all);
  EXPECT_EQ(simulator.truth().visits, 3u);
}

TEST(VisitSimulator, EveryVisitDecodesAndTheTruthIsWhatIsRead) {
  const Simulated simulated = simulate(july(kManyVisits));
  SimulatedTruth read;
  decode_all(simulated.lines, [&](const Visit& visit) { count(read, visit); });
  EXPECT_EQ(json(read), json(simulated.truth));
}

TEST(VisitSimulator, VisitsComeInOrderOfTime) {
  Timestamp last;
  decode_all(simulate(july()).lines, [&](const Visit& visit) {
    EXPECT_GE(visit.events.front().time, last);
    last = visit.events.front().time;
  });
}

TEST(VisitSimulator, SessionUserAndDeviceTogetherAreUniqueAndEachAloneRepeats) {
  std::set<std::tuple<std::string, std::string, std::string>> keys;
  std::set<std::string> sessions;
  std::set<std::string> users;
  decode_all(simulate(july()).lines, [&](const Visit& visit) {
    EXPECT_TRUE(keys.emplace(visit.session_id, visit.user_id, visit.device_type).second);
    sessions.emplace(visit.session_id);
    users.emplace(visit.user_id);
  });
  EXPECT_LT(sessions.size(), keys.size());
  EXPECT_LT(users.size(), keys.size());
  EXPECT_GT(users.size(), keys.size() / 2);
}

TEST(VisitSimulator, PageViewsFollowTheRules) {
  decode_all(simulate(july()).lines, [&](const Visit& visit) {
    std::vector<const Event*> views;
    for (const Event& event : visit.events) {
      if (event.type == EventType::kPageView) views.push_back(&event);
    }
    ASSERT_GE(views.size(), 2u);
    ASSERT_LE(views.size(), 6u);
    EXPECT_EQ(views[0]->page_url, page_url(Page::kHome));
    EXPECT_EQ(views[0]->referrer_url.data(), nullptr);
    EXPECT_EQ(views[1]->page_url, page_url(Page::kProducts));
    for (std::size_t i = 1; i < views.size(); ++i) EXPECT_FALSE(views[i]->referrer_url.empty());
  });
}

TEST(VisitSimulator, PageSharesAreTheRules) {
  const SimulatedTruth truth = simulate(july(kManyVisits)).truth;
  const auto views = [&](Page page) { return truth.pages[static_cast<std::size_t>(page)].views; };
  const std::uint64_t further = truth.page_views - 2 * truth.visits;
  EXPECT_NEAR(share(further, truth.visits), 2.0, 0.03);
  EXPECT_NEAR(share(views(Page::kCart), further), 0.90, 0.005);
  EXPECT_NEAR(share(views(Page::kAbout), further), 0.05, 0.005);
  EXPECT_NEAR(share(views(Page::kContact), further), 0.05, 0.005);
}

TEST(VisitSimulator, CartSharesAreTheRules) {
  const SimulatedTruth truth = simulate(july(kManyVisits)).truth;
  EXPECT_NEAR(share(truth.visits_with_cart, truth.visits), 0.5, 0.01);
  EXPECT_NEAR(share(truth.purchases, truth.visits_with_cart), 0.5, 0.01);
  EXPECT_NEAR(share(truth.cart_adds, truth.visits_with_cart), 2.0, 0.03);
  EXPECT_NEAR(share(truth.sales.units, truth.sales.items), 3.0, 0.03);
}

TEST(VisitSimulator, CategoriesAreEvenAndProductsByPopularity) {
  const SimulatedTruth truth = simulate(july(kManyVisits)).truth;
  for (const SalesTruth& category : truth.categories) {
    EXPECT_NEAR(share(category.items, truth.sales.items), 1.0 / 3, 0.01);
  }
  for (std::size_t i = 0; i < kProductCount; ++i) {
    const std::uint64_t of_category =
        truth.categories[static_cast<std::size_t>(products()[i].category)].items;
    EXPECT_NEAR(share(truth.products[i].items, of_category), products()[i].share_percent / 100.0, 0.02);
  }
}

TEST(VisitSimulator, APurchaseIsTheWholeCartAndItsExactSum) {
  decode_all(simulate(july()).lines, [&](const Visit& visit) {
    std::vector<std::tuple<std::string_view, std::int32_t>> cart;
    std::vector<std::tuple<std::string_view, std::int32_t>> bought;
    Decimal sum;
    for (const PurchaseItem& item : visit.items) {
      bought.emplace_back(item.product_id, item.quantity);
      sum.units += item.line_amount.units;
    }
    bool purchased = false;
    for (const Event& event : visit.events) {
      if (event.type == EventType::kAddToCart) cart.emplace_back(event.product_id, *event.quantity);
      if (event.type != EventType::kPurchase) continue;
      EXPECT_FALSE(purchased);
      purchased = true;
      EXPECT_EQ(event.amount->units, sum.units);
      EXPECT_EQ(event.currency, "USD");
    }
    if (purchased) {
      EXPECT_EQ(cart, bought);
    }
  });
}

TEST(VisitSimulator, FewUsersComeBackAndPairsStayUnique) {
  auto options = july(5'000);
  options.users = 20;
  std::set<std::string> users;
  std::set<std::string> sessions;
  decode_all(simulate(options).lines, [&](const Visit& visit) {
    users.emplace(visit.user_id);
    EXPECT_TRUE(sessions.emplace(visit.session_id).second);
  });
  EXPECT_EQ(users.size(), 20u);
}

TEST(VisitSimulator, CampaignsBringTheirVisitsByTheirLink) {
  auto options = july(20'000);
  options.campaigns = 3;
  const World world(options);
  VisitSimulator simulator(world, scheduled_times(world, Shape::kVisits));
  std::string lines;
  while (simulator.next(lines)) {
  }
  std::map<std::string, std::uint64_t> visits;
  decode_all(lines, [&](const Visit& visit) {
    if (visit.events.front().referrer_url.data() == nullptr) return;
    ++visits[std::string(visit.events.front().referrer_url)];
    const Campaign* campaign = world.campaigns().at(visit.events.front().time);
    ASSERT_NE(campaign, nullptr);
    EXPECT_EQ(campaign->referrer_url, visit.events.front().referrer_url);
  });
  EXPECT_FALSE(visits.empty());
  TruthObject truth;
  simulator.tell(truth);
  for (const auto& [url, count] : visits) {
    EXPECT_NE(truth.json().find(fmt::format("\"{}\": {}", url, count)), std::string::npos) << url;
  }
}

TEST(SimulatedTruth, JsonHasEveryPartOnce) {
  const std::string text = json(simulate(july(10)).truth);
  for (const std::string_view part :
       {"\"visits\": 10,", "\"events\": ", "\"sales\": {\"items\": ", "\"visits_by_device\": {\"mobile\": ",
        "\"https://example.com/home\": {\"views\": 10, \"visits\": 10}",
        "\"hardware\": {\"items\": ", "\"PER-006\": {\"items\": ", "\"last_at\": \"2024-08-29T"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
  }
}

}  // namespace
}  // namespace millrace
