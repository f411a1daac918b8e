// The visits that the challenge lab's own generator wrote, when they are at hand: MILLRACE_VISITS_DATA names
// their folder.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "event/test_records.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

constexpr std::int64_t kMinuteMicros = 60'000'000;
constexpr std::int64_t kDayMicros = 24 * 60 * kMinuteMicros;

struct PageFacts {
  int visits = 0;
  int views = 0;
  friend bool operator==(const PageFacts&, const PageFacts&) = default;
};

// What is known of the data by plain SQL, counted here from what the decoder tells.
struct Counts {
  int files = 0;
  int visits = 0;
  int items = 0;
  int units = 0;
  Decimal revenue;
  std::set<std::string> sessions;
  std::set<std::uint64_t> visit_keys;
  std::set<std::uint64_t> event_ids;
  std::map<EventType, int> events;
  std::map<std::string, Decimal> revenue_by_category;
  std::map<std::string, PageFacts> pages;
  std::map<std::string, int> devices;
  std::map<std::string, int> units_by_product;
  int visits_with_cart = 0;
  int visits_buying = 0;
  std::map<std::int64_t, int> views_by_minute;
  std::set<std::int64_t> days;
  std::optional<Timestamp> first;
  std::optional<Timestamp> last;

  void take(const Visit& visit) {
    ++visits;
    sessions.insert(std::string(visit.session_id));
    visit_keys.insert(visit.visit_key);
    ++devices[std::string(visit.device_type)];
    for (const Event& event : visit.events) take(event);
    for (const PurchaseItem& item : visit.items) take(item);
    const VisitTotals totals = total(visit.events);
    visits_with_cart += totals.cart_add_count > 0;
    visits_buying += totals.purchase_count > 0;
  }

  void take(const Event& event) {
    ++events[event.type];
    event_ids.insert(event.event_id);
    days.insert(event.time.micros / kDayMicros);
    first = std::min(first.value_or(event.time), event.time);
    last = std::max(last.value_or(event.time), event.time);
    if (event.type == EventType::kPurchase) revenue = *add(revenue, *event.amount);
    if (event.type != EventType::kPageView) return;
    ++views_by_minute[event.time.micros / kMinuteMicros];
    PageFacts& page = pages[std::string(event.page_url.substr(event.page_url.rfind('/') + 1))];
    ++page.views;
    page.visits += event.first_of_page_in_visit;
  }

  void take(const PurchaseItem& item) {
    ++items;
    units += item.quantity;
    units_by_product[std::string(item.product_name)] += item.quantity;
    Decimal& sum = revenue_by_category[std::string(item.category)];
    sum = *add(sum, item.line_amount);
  }
};

void decode_file(const std::filesystem::path& path, VisitDecoder& decoder, Counts& counts) {
  ++counts.files;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (is_blank_record(line)) continue;
    const TestRecord record(line);
    const DecodedVisit& decoded = decoder.decode(record.bytes(), kTestArrival);
    for (const Refusal& refusal : decoded.refusals) ADD_FAILURE() << path << ": " << refusal.message;
    counts.take(decoded.visit);
  }
}

bool is_visits_file(const std::filesystem::path& path) {
  return path.filename().string().starts_with("visits-") && path.extension() == ".jsonl";
}

class GoldenVisits : public testing::Test {
 protected:
  void SetUp() override {
    const char* const folder = std::getenv("MILLRACE_VISITS_DATA");
    if (folder == nullptr || *folder == 0) {
      GTEST_SKIP()
          << "NOT TESTED: the challenge lab's visits are absent. Name their folder (visits-*.jsonl) in "
             "MILLRACE_VISITS_DATA.";
    }
    VisitDecoder decoder;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (is_visits_file(entry.path())) decode_file(entry.path(), decoder, counts_);
    }
    ASSERT_EQ(counts_.files, 20) << "expected the 20 daily files in " << folder;
  }

  Counts counts_;
};

TEST_F(GoldenVisits, EveryLineDecodesAndTheCountsAreThoseOfPlainSql) {
  EXPECT_EQ(counts_.visits, 2'821);
  EXPECT_EQ(counts_.sessions.size(), 2'446u);
  EXPECT_EQ(counts_.visit_keys.size(), 2'821u);
  EXPECT_EQ(counts_.events[EventType::kPageView], 11'451);
  EXPECT_EQ(counts_.events[EventType::kAddToCart], 2'901);
  EXPECT_EQ(counts_.events[EventType::kPurchase], 721);
  EXPECT_EQ(counts_.event_ids.size(), 15'073u);
  EXPECT_EQ(counts_.items, 1'418);
  EXPECT_EQ(counts_.units, 4'300);
  EXPECT_EQ(counts_.visits_with_cart, 1'466);
  EXPECT_EQ(counts_.visits_buying, 721);
}

TEST_F(GoldenVisits, RevenueIsExact) {
  EXPECT_EQ(format_decimal(counts_.revenue), "2059377");
  EXPECT_EQ(format_decimal(counts_.revenue_by_category["hardware"]), "1695685.66");
  EXPECT_EQ(format_decimal(counts_.revenue_by_category["software"]), "200015.30");
  EXPECT_EQ(format_decimal(counts_.revenue_by_category["peripherals"]), "163676.04");
}

TEST_F(GoldenVisits, PagesDevicesAndProductsAreThoseOfPlainSql) {
  EXPECT_EQ(counts_.pages, (std::map<std::string, PageFacts>{{"home", {2'821, 2'821}},
                                                             {"products", {2'821, 2'821}},
                                                             {"cart", {2'252, 5'232}},
                                                             {"contact", {281, 297}},
                                                             {"about", {270, 280}}}));
  EXPECT_EQ(counts_.devices,
            (std::map<std::string, int>{{"mobile", 1'665}, {"desktop", 893}, {"tablet", 263}}));
  EXPECT_EQ(counts_.units_by_product["Wireless Mouse"], 520);
  EXPECT_EQ(counts_.units_by_product["Mechanical Keyboard"], 418);
  EXPECT_EQ(counts_.units_by_product["Laptop X200"], 417);
  EXPECT_EQ(counts_.units_by_product["Antivirus Shield"], 407);
  EXPECT_EQ(counts_.units_by_product["Office Suite Pro"], 373);
  EXPECT_EQ(counts_.units_by_product["Mini PC Cube"], 325);
}

TEST_F(GoldenVisits, TimesAreThoseOfPlainSql) {
  EXPECT_EQ(format_timestamp(*counts_.first), "2024-07-01T09:00:00Z");
  EXPECT_EQ(format_timestamp(*counts_.last), "2024-07-21T07:10:00Z");
  EXPECT_EQ(counts_.days.size(), 21u);
  EXPECT_EQ(counts_.views_by_minute.size(), 2'610u);
  const auto by_views = [](const auto& a, const auto& b) { return a.second < b.second; };
  EXPECT_EQ(std::ranges::max_element(counts_.views_by_minute, by_views)->second, 12);
}

}  // namespace
}  // namespace millrace
