#include "event/visit_decoder.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "event/test_records.h"

namespace millrace {
namespace {

std::string text_or_null(std::string_view text) {
  return text.data() == nullptr ? "null" : fmt::format("'{}'", text);
}

std::string describe(const PurchaseItem& item) {
  return fmt::format("  {} {} {} {} x {} = {} {}\n", text_or_null(item.product_id),
                     text_or_null(item.product_name), text_or_null(item.category), item.price.units,
                     item.quantity, item.line_amount.units, text_or_null(item.extra));
}

std::string describe(const Event& event) {
  return fmt::format(
      " {:016x} {} {} {} {} {} {} {} {} {} {} {} {} {} {} [{}, {}) {}\n", event.event_id, event.event_index,
      canonical_name(event.type), event.first_of_page_in_visit, event.time.micros,
      text_or_null(event.page_url), text_or_null(event.referrer_url), text_or_null(event.product_id),
      text_or_null(event.product_name), text_or_null(event.category), event.price.value_or(Decimal{-1}).units,
      event.quantity.value_or(-1), text_or_null(event.order_id), event.amount.value_or(Decimal{-1}).units,
      text_or_null(event.currency), event.items_begin, event.items_end, text_or_null(event.extra));
}

std::string describe(const Visit& visit) {
  std::string text = fmt::format(
      "{:016x} {} {} {} {} {} {} {} {}\n", visit.visit_key, text_or_null(visit.session_id),
      text_or_null(visit.user_id), text_or_null(visit.device_type), text_or_null(visit.geolocation),
      visit.latitude, visit.longitude, text_or_null(visit.user_agent), text_or_null(visit.extra));
  for (const Event& event : visit.events) text += describe(event);
  for (const PurchaseItem& item : visit.items) text += describe(item);
  return text;
}

}  // namespace

std::string test_description(const DecodedVisit& decoded) {
  std::string text = fmt::format("{} received {} events, {} items, refused {} items\n", decoded.readable,
                                 decoded.events_received, decoded.items_received, decoded.items_refused);
  if (decoded.readable) text += describe(decoded.visit);
  for (const Refusal& refusal : decoded.refusals) {
    text += fmt::format(" {} at {}: {}: {}\n", code(refusal.reason), refusal.event_index.value_or(-1),
                        refusal.message, refusal.payload);
  }
  return text;
}

namespace {

class VisitDecoderTest : public testing::Test {
 protected:
  const DecodedVisit& decode(std::string_view record, Timestamp arrival = kTestArrival) {
    record_.emplace(record);
    return decoder_.decode(record_->bytes(), arrival);
  }

  const DecodedVisit& decode_sound(std::string_view record) {
    const DecodedVisit& decoded = decode(record);
    EXPECT_TRUE(decoded.readable);
    for (const Refusal& refusal : decoded.refusals) ADD_FAILURE() << refusal.message;
    return decoded;
  }

  std::string description_of(std::string_view record) { return test_description(decode(record)); }

  void expect_record_refused(std::string_view record, Reason reason) {
    const DecodedVisit& decoded = decode(record);
    EXPECT_FALSE(decoded.readable);
    ASSERT_EQ(decoded.refusals.size(), 1u);
    EXPECT_EQ(code(decoded.refusals[0].reason), code(reason)) << decoded.refusals[0].message;
    EXPECT_EQ(decoded.refusals[0].event_index, std::nullopt);
    EXPECT_EQ(decoded.refusals[0].payload, record);
    EXPECT_EQ(decoded.refusals[0].payload.data(), record_->bytes().data());
  }

  // `event` in the middle of two sound ones is refused, and nothing else is.
  void expect_event_refused(std::string_view event, Reason reason) {
    const DecodedVisit& decoded = decode(test_visit(fmt::format("{},{},{}", kTestView, event, kTestCartAdd)));
    ASSERT_TRUE(decoded.readable) << decoded.refusals[0].message;
    ASSERT_EQ(decoded.refusals.size(), 1u) << event;
    EXPECT_EQ(code(decoded.refusals[0].reason), code(reason)) << decoded.refusals[0].message;
    EXPECT_EQ(decoded.refusals[0].event_index, 1);
    EXPECT_EQ(decoded.refusals[0].payload, event);
    ASSERT_EQ(decoded.visit.events.size(), 2u);
    EXPECT_EQ(decoded.visit.events[0].event_index, 0);
    EXPECT_EQ(decoded.visit.events[1].event_index, 2);
    EXPECT_EQ(decoded.events_received, 3u);
  }

  VisitDecoder decoder_;
  std::optional<TestRecord> record_;
};

std::string wrapped(std::string_view event) {
  return fmt::format(R"({{"event": {}}})", event);
}

std::string cart_add_with(std::string_view price, std::string_view quantity = "1") {
  return fmt::format(
      R"({{"event_type": "add_item_to_cart", "timestamp": "2024-07-01T09:00:00", "details": {{)"
      R"("product_id": "P", "product_name": "N", "category": "software", )"
      R"("price": {}, "quantity": {}}}}})",
      price, quantity);
}

std::string item_with(std::string_view price, std::string_view quantity = "1") {
  return fmt::format(
      R"({{"product_id": "P", "product_name": "N", "category": "software", "price": {}, "quantity": {}}})",
      price, quantity);
}

std::string purchase_with(std::string_view amount, std::string_view items) {
  return fmt::format(R"({{"event_type": "purchase", "timestamp": "2024-07-01T09:00:00", "details": {{)"
                     R"("order_id": "O", "amount": {}, "currency": "USD", "items": [{}]}}}})",
                     amount, items);
}

std::string view_at(std::string_view timestamp) {
  return fmt::format(R"({{"event_type": "page_view", "timestamp": "{}", "details": {{"page_url": "u"}}}})",
                     timestamp);
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

// --- What a visit becomes ---

TEST_F(VisitDecoderTest, EveryFieldArrives) {
  const DecodedVisit& decoded =
      decode_sound(test_visit(fmt::format("{},{},{}", kTestView, kTestCartAdd, kTestPurchase)));
  const Visit& visit = decoded.visit;
  EXPECT_EQ(visit.session_id, "SID-1");
  EXPECT_EQ(visit.user_id, "UID-1");
  EXPECT_EQ(visit.device_type, "mobile");
  EXPECT_EQ(visit.geolocation, "37.7749,-122.4194");
  EXPECT_DOUBLE_EQ(visit.latitude, 37.7749);
  EXPECT_DOUBLE_EQ(visit.longitude, -122.4194);
  EXPECT_EQ(visit.user_agent, "Mozilla/5.0");
  EXPECT_EQ(visit.extra.data(), nullptr);
  EXPECT_EQ(visit.visit_key, visit_key("SID-1", "UID-1", "mobile"));
  ASSERT_EQ(visit.events.size(), 3u);

  const Event& view = visit.events[0];
  EXPECT_EQ(view.type, EventType::kPageView);
  EXPECT_EQ(format_timestamp(view.time), "2024-07-01T09:00:00Z");
  EXPECT_EQ(view.page_url, "https://example.com/home");
  EXPECT_EQ(view.referrer_url.data(), nullptr);
  EXPECT_FALSE(view.price.has_value());
  EXPECT_FALSE(view.quantity.has_value());
  EXPECT_FALSE(view.amount.has_value());
  EXPECT_EQ(view.product_id.data(), nullptr);

  const Event& add = visit.events[1];
  EXPECT_EQ(add.type, EventType::kAddToCart);
  EXPECT_EQ(add.product_id, "HDW-001");
  EXPECT_EQ(add.product_name, "Laptop X200");
  EXPECT_EQ(add.category, "hardware");
  EXPECT_EQ(add.price, Decimal{8'999'900});
  EXPECT_EQ(add.quantity, 2);
  EXPECT_EQ(add.page_url.data(), nullptr);
  EXPECT_EQ(add.order_id.data(), nullptr);

  const Event& purchase = visit.events[2];
  EXPECT_EQ(purchase.type, EventType::kPurchase);
  EXPECT_EQ(purchase.order_id, "OID-1");
  EXPECT_EQ(purchase.amount, Decimal{18'899'700});
  EXPECT_EQ(purchase.currency, "USD");
  EXPECT_EQ(purchase.product_id.data(), nullptr);

  ASSERT_EQ(visit.items.size(), 2u);
  EXPECT_EQ(visit.items[0].product_id, "HDW-001");
  EXPECT_EQ(visit.items[0].line_amount, Decimal{17'999'800});
  EXPECT_EQ(visit.items[1].product_name, "Mechanical Keyboard");
  EXPECT_EQ(visit.items[1].price, Decimal{899'900});
  EXPECT_EQ(visit.items[1].quantity, 1);
  EXPECT_EQ(visit.items[1].extra.data(), nullptr);
}

TEST_F(VisitDecoderTest, WrappedAndBareEventsGiveIdenticalRowsAndIds) {
  const std::string bare = test_visit(fmt::format("{},{},{}", kTestView, kTestCartAdd, kTestPurchase));
  const std::string all_wrapped =
      test_visit(fmt::format("{},{},{}", wrapped(kTestView), wrapped(kTestCartAdd), wrapped(kTestPurchase)));
  const std::string mixed =
      test_visit(fmt::format("{},{},{}", wrapped(kTestView), kTestCartAdd, wrapped(kTestPurchase)));
  const std::string expected = description_of(bare);
  EXPECT_EQ(description_of(all_wrapped), expected);
  EXPECT_EQ(description_of(mixed), expected);
}

TEST_F(VisitDecoderTest, EscapesInNamesAndValuesDoNotMatter) {
  const std::string plain = test_visit(kTestView);
  std::string escaped = replaced(plain, R"("session_id": "SID-1")", R"("session\u005fid": "\u0053ID-1")");
  escaped = replaced(escaped, R"("page_url": "https://)", R"("p\u0061ge_url": "https:\/\/)");
  EXPECT_EQ(description_of(escaped), description_of(plain));
}

TEST_F(VisitDecoderTest, TextIsKeptCharacterByCharacter) {
  const DecodedVisit& decoded =
      decode_sound(replaced(test_visit(kTestView), "Mozilla/5.0", R"(15\" <b>Ä €\u20ac \ud83d\ude00\n\t\\)"));
  EXPECT_EQ(decoded.visit.user_agent, "15\" <b>Ä €€ 😀\n\t\\");
}

TEST_F(VisitDecoderTest, EmptyReferrerIsNoReferrer) {
  for (const std::string_view referrer : {R"(, "referrer_url": "")", R"(, "referrer_url": null)", ""}) {
    const std::string event = fmt::format(
        R"({{"event_type": "page_view", "timestamp": "2024-07-01", "details": {{"page_url": "u"{}}}}})",
        referrer);
    EXPECT_EQ(decode_sound(test_visit(event)).visit.events[0].referrer_url.data(), nullptr) << referrer;
  }
}

TEST_F(VisitDecoderTest, TimesWithoutZoneAreUtcAndTimesWithZoneAreConverted) {
  const DecodedVisit& decoded =
      decode_sound(test_visit(view_at("2024-07-01T09:00:00") + "," + view_at("2024-07-01T11:00:00+02:00")));
  EXPECT_EQ(decoded.visit.events[0].time, decoded.visit.events[1].time);
  EXPECT_EQ(decoded.visit.events[0].time, *parse_timestamp("2024-07-01T09:00:00Z"));
}

TEST_F(VisitDecoderTest, FirstViewOfEachPageIsMarked) {
  const auto view = [](std::string_view page) {
    return fmt::format(
        R"({{"event_type": "page_view", "timestamp": "2024-07-01", "details": {{"page_url": "{}"}}}})", page);
  };
  const DecodedVisit& decoded = decode_sound(
      test_visit(fmt::format("{},{},{},{},{}", view("a"), view("b"), view("a"), kTestCartAdd, view("b"))));
  std::vector<bool> marks;
  for (const Event& event : decoded.visit.events) marks.push_back(event.first_of_page_in_visit);
  EXPECT_EQ(marks, (std::vector<bool>{true, true, false, false, false}));
}

TEST_F(VisitDecoderTest, RefusedViewIsNotTheFirstOfItsPage) {
  const std::string late = replaced(std::string(kTestView), "2024-07-01", "2099-07-01");
  const DecodedVisit& decoded = decode(test_visit(fmt::format("{},{},{}", late, kTestView, kTestView)));
  ASSERT_EQ(decoded.visit.events.size(), 2u);
  EXPECT_TRUE(decoded.visit.events[0].first_of_page_in_visit);
  EXPECT_FALSE(decoded.visit.events[1].first_of_page_in_visit);
}

TEST_F(VisitDecoderTest, EachPurchaseHasItsOwnRangeOfItems) {
  const std::string bad = purchase_with("5", item_with("1") + "," + item_with("1"));
  const DecodedVisit& decoded =
      decode(test_visit(fmt::format("{},{},{},{}", kTestPurchase, bad, kTestView,
                                    purchase_with("6", item_with("1") + "," + item_with("5")))));
  ASSERT_EQ(decoded.visit.events.size(), 3u);
  EXPECT_EQ(decoded.visit.events[0].items_begin, 0u);
  EXPECT_EQ(decoded.visit.events[0].items_end, 2u);
  EXPECT_EQ(decoded.visit.events[1].items_begin, decoded.visit.events[1].items_end);
  EXPECT_EQ(decoded.visit.events[2].items_begin, 2u);
  EXPECT_EQ(decoded.visit.events[2].items_end, 4u);
  EXPECT_EQ(decoded.visit.items[3].price, Decimal{50'000});
}

TEST_F(VisitDecoderTest, ReceivedIsSoundPlusRefused) {
  const std::string bad_amount = purchase_with("5", item_with("1") + "," + item_with("1"));
  const std::string bad_second_item = purchase_with("2", item_with("1") + "," + item_with("-1"));
  const std::string no_items = purchase_with("0", "");
  const DecodedVisit& decoded = decode(test_visit(
      fmt::format("{},{},{},{},7,{}", kTestPurchase, bad_amount, bad_second_item, no_items, kTestView)));
  EXPECT_EQ(decoded.events_received, 6u);
  EXPECT_EQ(decoded.visit.events.size(), 2u);
  EXPECT_EQ(decoded.refusals.size(), 4u);
  EXPECT_EQ(decoded.items_received, 6u);
  EXPECT_EQ(decoded.visit.items.size(), 2u);
  EXPECT_EQ(decoded.items_refused, 4u);
}

TEST_F(VisitDecoderTest, VisitWhoseEventsAreAllRefusedIsStillReadable) {
  const DecodedVisit& decoded = decode(test_visit("1, 2"));
  EXPECT_TRUE(decoded.readable);
  EXPECT_TRUE(decoded.visit.events.empty());
  EXPECT_EQ(decoded.refusals.size(), 2u);
}

// --- Identity ---

TEST_F(VisitDecoderTest, EqualEventsOfOneMessageHaveDifferentIds) {
  std::string events(kTestView);
  for (int i = 0; i < 99; ++i) events += fmt::format(", {}", kTestView);
  std::set<std::uint64_t> ids;
  for (const Event& event : decode_sound(test_visit(events)).visit.events) ids.insert(event.event_id);
  EXPECT_EQ(ids.size(), 100u);
}

TEST_F(VisitDecoderTest, TheSameMessageTwiceHasTheSameIds) {
  const std::string record =
      test_visit(fmt::format("{},{},{},{}", kTestView, kTestView, kTestCartAdd, kTestPurchase));
  const std::string first = description_of(record);
  EXPECT_EQ(description_of(record), first);
  VisitDecoder other;
  const TestRecord copy(record);
  EXPECT_EQ(test_description(other.decode(copy.bytes(), kTestArrival)), first);
}

TEST_F(VisitDecoderTest, TheSameMessageLaterHasTheSameIds) {
  const std::string record = test_visit(kTestView);
  const std::uint64_t id = decode(record).visit.events[0].event_id;
  EXPECT_EQ(decode(record, Timestamp{kTestArrival.micros * 2}).visit.events[0].event_id, id);
}

TEST_F(VisitDecoderTest, AnIdDoesNotDependOnTheOtherEvents) {
  const std::uint64_t id = decode(test_visit(kTestView)).visit.events[0].event_id;
  const DecodedVisit& decoded = decode(test_visit(fmt::format("{},7,{}", kTestCartAdd, kTestView)));
  EXPECT_EQ(decoded.visit.events[1].event_id, id);
}

TEST_F(VisitDecoderTest, EveryFieldIsPartOfTheId) {
  const std::string record = test_visit(fmt::format("{},{},{}", kTestView, kTestCartAdd, kTestPurchase));
  const auto ids = [&](std::string_view what, std::string_view by) {
    std::vector<std::uint64_t> result;
    for (const Event& event : decode_sound(replaced(record, what, by)).visit.events) {
      result.push_back(event.event_id);
    }
    return result;
  };
  const std::vector<std::uint64_t> before = ids("SID-1", "SID-1");
  for (const auto& [what, by] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"SID-1", "SID-2"}, {"UID-1", "UID-2"}, {"\"mobile\"", "\"tablet\""}}) {
    const auto after = ids(what, by);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NE(after[i], before[i]) << what;
  }
  const std::vector<std::vector<std::pair<std::string_view, std::string_view>>> of_event = {
      {{"09:00:00", "09:00:00.000001"},
       {"/home", "/home2"},
       {"\"referrer_url\": null", "\"referrer_url\": \"r\""}},
      {{"09:01:00", "09:01:01"},
       {"HDW-001", "HDW-002"},
       {"Laptop X200", "Laptop X201"},
       {"hardware", "software"},
       {"899.99, \"quantity\": 2}}", "899.98, \"quantity\": 2}}"},
       {"\"quantity\": 2}}", "\"quantity\": 3}}"}},
      {{"09:02:00", "09:02:01"},
       {"OID-1", "OID-2"},
       {"1889.97", "1889.96"},
       {"USD", "EUR"},
       {"PER-002", "PER-003"},
       {"Mechanical Keyboard", "Mechanical keyboard"},
       {"peripherals", "software"},
       {"89.99, \"quantity\": 1", "89.985, \"quantity\": 1"},
       {"\"quantity\": 1}]", "\"quantity\": 1, \"x\": 1}]"}}};
  for (std::size_t event = 0; event < 3; ++event) {
    for (const auto& [what, by] : of_event[event]) {
      const auto after = ids(what, by);
      for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(after[i] != before[i], i == event) << what;
    }
  }
}

TEST_F(VisitDecoderTest, TextsThatMoveBetweenFieldsChangeTheId) {
  const auto id = [&](std::string_view page, std::string_view referrer) {
    return decode_sound(test_visit(fmt::format(R"({{"event_type": "page_view", "timestamp": "2024-07-01", )"
                                               R"("details": {{"page_url": "{}", "referrer_url": {}}}}})",
                                               page, referrer)))
        .visit.events[0]
        .event_id;
  };
  EXPECT_NE(id("ab", R"("c")"), id("a", R"("bc")"));
  EXPECT_NE(id("a", "null"), id("a", R"("null")"));
}

// --- Unknown members ---

TEST_F(VisitDecoderTest, UnknownMembersAreKeptAtEveryLevel) {
  const std::string purchase =
      replaced(purchase_with("1", replaced(item_with("1"), "}", R"(, "sku": [1, 2.5]})")), R"("order_id")",
               R"("coupon": {"code": "X"}, "order_id")");
  const std::string event = replaced(purchase, R"("timestamp")", R"("source": "app", "timestamp")");
  const DecodedVisit& decoded = decode_sound(test_visit(event, R"(, "campaign": null, "ab": true)"));
  EXPECT_EQ(decoded.visit.extra, R"({"ab":true,"campaign":null})");
  EXPECT_EQ(decoded.visit.events[0].extra, R"({"details":{"coupon":{"code":"X"}},"source":"app"})");
  EXPECT_EQ(decoded.visit.items[0].extra, R"({"sku":[1,2.5]})");
}

TEST_F(VisitDecoderTest, UnknownMembersOfViewsCartAddsAndWrappersAreKept) {
  const std::string view =
      replaced(std::string(kTestView), R"("page_url")", R"("title": "Home", "page_url")");
  const std::string add = replaced(std::string(kTestCartAdd), R"("price")", R"("color": "red", "price")");
  const std::string wrapper = fmt::format(R"({{"event": {}, "schema": 2}})", kTestView);
  const DecodedVisit& decoded = decode_sound(test_visit(fmt::format("{},{},{}", view, add, wrapper)));
  EXPECT_EQ(decoded.visit.events[0].extra, R"({"details":{"title":"Home"}})");
  EXPECT_EQ(decoded.visit.events[1].extra, R"({"details":{"color":"red"}})");
  EXPECT_EQ(decoded.visit.events[2].extra, R"({"wrapper":{"schema":2}})");
}

TEST_F(VisitDecoderTest, UnknownMembersKeepTheirValuesAndEscapes) {
  const DecodedVisit& decoded = decode_sound(test_visit(
      kTestView,
      R"(, "a\"b": "c\\d\u0000\n€", "big": 18446744073709551615, "neg": -9223372036854775808, "e": {}, )"
      R"("l": [], "n": [[null, false], {"k": "v"}])"));
  EXPECT_EQ(decoded.visit.extra, R"({"a\"b":"c\\d\u0000\n€","big":18446744073709551615,"e":{},"l":[],)"
                                 R"("n":[[null,false],{"k":"v"}],"neg":-9223372036854775808})");
}

TEST_F(VisitDecoderTest, OrderOfUnknownMembersDoesNotMatterAtAnyDepth) {
  const std::string one =
      replaced(std::string(kTestView), "{", R"({"x": 1, "y": {"b": [{"p": 1, "q": 2}], "a": 0}, )");
  const std::string two =
      replaced(std::string(kTestView), "{", R"({"y": {"a": 0, "b": [{"q": 2, "p": 1}]}, "x": 1, )");
  EXPECT_EQ(description_of(test_visit(one)), description_of(test_visit(two)));
}

TEST_F(VisitDecoderTest, WordEventAsAnUnknownMemberIsNoWrapper) {
  const DecodedVisit& decoded =
      decode_sound(test_visit(replaced(std::string(kTestView), "{", R"({"event": "sale", )")));
  EXPECT_EQ(decoded.visit.events[0].extra, R"({"event":"sale"})");
}

// --- Numbers ---

TEST_F(VisitDecoderTest, MoneyBeyondADoublesPrecisionIsExact) {
  for (const auto& [text, units] : std::vector<std::pair<std::string_view, std::int64_t>>{
           {"12345678901234.5678", 123'456'789'012'345'678},
           {"99999999999999.9999", 999'999'999'999'999'999},
           {"12345678901.2345", 123'456'789'012'345},
           {"10000000000.00005", 100'000'000'000'001},
           {"1.23456789012345678e13", 123'456'789'012'345'678},
           {"379.94000000000005", 3'799'400},
           {"99999999999999", 999'999'999'999'990'000},
           {"0.00004", 0},
           {"1e3", 10'000'000}}) {
    const std::string item = item_with(text);
    const std::string events = fmt::format("{},{},{}", cart_add_with(text), wrapped(cart_add_with(text)),
                                           wrapped(purchase_with(text, item)));
    const DecodedVisit& decoded = decode_sound(test_visit(events));
    ASSERT_EQ(decoded.visit.events.size(), 3u) << text;
    EXPECT_EQ(decoded.visit.events[0].price, Decimal{units}) << text;
    EXPECT_EQ(decoded.visit.events[1].price, Decimal{units}) << text;
    EXPECT_EQ(decoded.visit.events[2].amount, Decimal{units}) << text;
    EXPECT_EQ(decoded.visit.items[0].price, Decimal{units}) << text;
  }
}

TEST_F(VisitDecoderTest, ExactMoneyIsFoundAlsoUnderEscapedNames) {
  std::string record = test_visit(cart_add_with("12345678901234.5678"));
  for (const auto& [plain, escaped] :
       std::vector<std::pair<std::string_view, std::string_view>>{{"\"events\"", R"("\u0065vents")"},
                                                                  {"\"details\"", R"("detail\u0073")"},
                                                                  {"\"price\"", R"("pr\u0069ce")"}}) {
    record = replaced(record, plain, escaped);
    EXPECT_EQ(decode_sound(record).visit.events[0].price, Decimal{123'456'789'012'345'678}) << escaped;
  }
}

TEST_F(VisitDecoderTest, ExactMoneyIsFoundInEachOfThousandsOfItems) {
  std::string items;
  constexpr int kItems = 2'000;
  for (int i = 0; i < kItems; ++i)
    items += (i == 0 ? "" : ",") + item_with(fmt::format("10000000000.{:04}", i));
  const DecodedVisit& decoded = decode_sound(test_visit(purchase_with("20000000000199.9", items)));
  ASSERT_EQ(decoded.visit.items.size(), std::size_t{kItems});
  EXPECT_EQ(decoded.visit.items[1'999].price, Decimal{100'000'000'001'999});
}

TEST_F(VisitDecoderTest, MoneyOutOfBoundsIsRefused) {
  expect_event_refused(cart_add_with("100000000000000"), Reason::kOutOfRange);
  expect_event_refused(cart_add_with("99999999999999.99995"), Reason::kOutOfRange);
  expect_event_refused(cart_add_with("1e300"), Reason::kOutOfRange);
  expect_event_refused(cart_add_with("18446744073709551615"), Reason::kOutOfRange);
  expect_event_refused(cart_add_with("99999999999999", "2"), Reason::kOutOfRange);
  const std::string most = item_with("99999999999999");
  expect_event_refused(purchase_with("99999999999999", most + "," + most), Reason::kOutOfRange);
}

TEST_F(VisitDecoderTest, WholeQuantityMayBeWrittenWithAPointOrAnExponent) {
  for (const std::string_view quantity : {"2", "2.0", "2e0", "0.2e1"}) {
    EXPECT_EQ(decode_sound(test_visit(cart_add_with("1", quantity))).visit.events[0].quantity, 2) << quantity;
  }
}

TEST_F(VisitDecoderTest, QuantityBoundsAreOneAndOneBillion) {
  EXPECT_EQ(decode_sound(test_visit(cart_add_with("0.01", "1000000000"))).visit.events[0].quantity,
            1'000'000'000);
  EXPECT_EQ(decode_sound(test_visit(cart_add_with("0.01", "1"))).visit.events[0].quantity, 1);
  expect_event_refused(cart_add_with("0.01", "1000000001"), Reason::kOutOfRange);
  expect_event_refused(cart_add_with("0.01", "0"), Reason::kOutOfRange);
  expect_event_refused(cart_add_with("0.01", "-0.0"), Reason::kOutOfRange);
}

TEST_F(VisitDecoderTest, NumberThatNoParserCanReadIsTheFaultOfItsEventAlone) {
  for (const std::string_view number : {"1e999", "-1e999", "123456789012345678901234567890"}) {
    expect_event_refused(cart_add_with(number), Reason::kWrongType);
    expect_event_refused(wrapped(cart_add_with(number)), Reason::kWrongType);
    expect_event_refused(cart_add_with("1", number), Reason::kWrongType);
    expect_event_refused(number, Reason::kWrongType);
    expect_record_refused(test_visit(kTestView, fmt::format(R"(, "x": {})", number)), Reason::kWrongType);
  }
}

TEST_F(VisitDecoderTest, MalformedNumberMakesTheRecordNoJson) {
  for (const std::string_view number : {"01", "1.", "-", "-Infinity", "NaN", "0x10", "1e", ".5", "+1"}) {
    expect_record_refused(test_visit(cart_add_with(number)), Reason::kNotJson);
    expect_record_refused(test_visit(cart_add_with("1e999") + "," + cart_add_with(number)), Reason::kNotJson);
    expect_record_refused(number, Reason::kNotJson);
  }
}

TEST_F(VisitDecoderTest, SoundEventsBesideAnUnreadableNumberAreAsWithoutIt) {
  const DecodedVisit& alone =
      decode_sound(test_visit(fmt::format("{},{}", kTestView, cart_add_with("12345678901.2345"))));
  const std::uint64_t id = alone.visit.events[1].event_id;
  const DecodedVisit& beside = decode(test_visit(
      fmt::format("{},{},{}", kTestView, cart_add_with("1e999"), cart_add_with("12345678901.2345"))));
  ASSERT_EQ(beside.visit.events.size(), 2u);
  EXPECT_EQ(beside.visit.events[1].event_id, id);
  EXPECT_EQ(beside.visit.events[1].price, Decimal{123'456'789'012'345});
}

TEST_F(VisitDecoderTest, AmountMayDifferByOneCent) {
  const auto sound = [&](std::string_view amount) {
    return decode(test_visit(purchase_with(amount, item_with("10.00", "3")))).visit.events.size() == 1;
  };
  EXPECT_TRUE(sound("30"));
  EXPECT_TRUE(sound("30.01"));
  EXPECT_TRUE(sound("29.99"));
  EXPECT_FALSE(sound("30.0101"));
  EXPECT_FALSE(sound("29.9899"));
  EXPECT_FALSE(sound("30.02"));
}

// --- Refusals ---

TEST_F(VisitDecoderTest, RefusedEventCarriesItsExactBytes) {
  const std::string event =
      "{ \"event_type\" :\t\"page_view\",\r\n\"timestamp\":\"never\", \"details\": "
      "{\"page_url\":\"}],\\\"{[\\\\\", \"x\" : [ [1 , 2] , {} ]} }";
  expect_event_refused(event, Reason::kBadTime);
  expect_event_refused(wrapped(event), Reason::kBadTime);
}

TEST_F(VisitDecoderTest, RefusedEventCarriesItsExactBytesAlsoUnderAnEscapedName) {
  const DecodedVisit& decoded = decode(replaced(test_visit("7"), "events", R"(ev\u0065nts)"));
  ASSERT_EQ(decoded.refusals.size(), 1u);
  EXPECT_EQ(decoded.refusals[0].payload, "7");
}

TEST_F(VisitDecoderTest, FirstBrokenRuleInTheOrderOfTheSchemaIsTold) {
  expect_record_refused(R"({"events": [], "user_agent": 1, "device_type": "watch", "session_id": ""})",
                        Reason::kEmptyField);
  expect_record_refused(R"({"session_id": "", "device_type": "watch", "user_agent": 1, "events": []})",
                        Reason::kEmptyField);
  expect_event_refused(R"({"details": 7, "timestamp": "never", "event_type": "sale"})",
                       Reason::kUnknownEventType);
  expect_event_refused(R"({"event_type": "sale", "details": 7, "timestamp": "never"})",
                       Reason::kUnknownEventType);
}

TEST_F(VisitDecoderTest, EachBadEventIsRefusedOnItsOwn) {
  const DecodedVisit& decoded = decode(
      test_visit(fmt::format("7, {}, [], {}, {}", kTestView, cart_add_with("-1"), cart_add_with("1e999"))));
  std::vector<std::pair<int, std::string_view>> refusals;
  for (const Refusal& refusal : decoded.refusals) {
    refusals.emplace_back(refusal.event_index.value_or(-1), code(refusal.reason));
  }
  EXPECT_EQ(refusals, (std::vector<std::pair<int, std::string_view>>{
                          {0, "wrong_type"}, {2, "wrong_type"}, {3, "negative_price"}, {4, "wrong_type"}}));
  EXPECT_EQ(decoded.visit.events.size(), 1u);
}

TEST_F(VisitDecoderTest, MessageNamesThePlace) {
  const auto message = [&](std::string_view record) { return decode(record).refusals.at(0).message; };
  EXPECT_EQ(message("{}"), "session_id is missing");
  EXPECT_EQ(message(test_visit(cart_add_with("-5"))), "events[0].details.price is -5, below zero");
  EXPECT_EQ(message(test_visit(purchase_with("1", item_with("1") + "," + item_with("1", "2.5")))),
            "events[0].details.items[1].quantity is 2.5, expected a whole number");
  EXPECT_EQ(message(test_visit(purchase_with("2", item_with("1")))),
            "events[0].details.amount is 2, but its items add up to 1");
  EXPECT_EQ(message(test_visit("null")), "events[0] is null, expected an object");
}

TEST_F(VisitDecoderTest, MessageQuotesAtMostSixtyFourBytesAndWholeCharacters) {
  const std::string record = replaced(test_visit(kTestView), "mobile", "x€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€");
  const std::string message = decode(record).refusals.at(0).message;
  EXPECT_EQ(message, "device_type is \"x€€€€€€€€€€€€€€€€€€€€€\", expected desktop, mobile or tablet");
}

TEST_F(VisitDecoderTest, MessageHoldsNoControlCharacters) {
  for (const std::string& record : {replaced(test_visit(kTestView), "mobile", R"(\u001b[2J\u007f\n)"),
                                    test_visit(kTestView, R"(, "\u001b\u0000": 1, "\u001b\u0000": 1)")}) {
    for (const char c : decode(record).refusals.at(0).message) EXPECT_GE(c, ' ') << record;
  }
}

TEST_F(VisitDecoderTest, RecordAfterABadOneIsNotTainted) {
  const std::string good = test_visit(fmt::format("{},{},{}", kTestView, kTestCartAdd, kTestPurchase));
  const std::string expected = description_of(good);
  for (const std::string& bad :
       {std::string("{"), std::string("7"), std::string(), test_visit("[]"), test_visit("1e999, 7"),
        test_visit(cart_add_with("1e999"), R"(, "x": 1)"), test_visit(kTestView, R"(, "x": 1e999)"),
        test_visit(kTestView, R"(, "session_id": "S")"), std::string(kRecordSizeMax + 1, ' '),
        test_visit(fmt::format("{},{}", kTestPurchase, purchase_with("9", item_with("1")))),
        test_visit(cart_add_with("12345678901234.5678")), good.substr(0, good.size() / 2),
        std::string(kDepthMax * 4, '[')}) {
    (void)decode(bad);
    EXPECT_EQ(description_of(good), expected) << bad.substr(0, 200);
  }
}

TEST_F(VisitDecoderTest, EveryPrefixOfARecordIsRefusedWhole) {
  const std::string record =
      test_visit(fmt::format("{},{}", wrapped(kTestPurchase), cart_add_with("12345678901.5")));
  for (std::size_t size = 0; size < record.size(); ++size) {
    const DecodedVisit& decoded = decode(record.substr(0, size));
    ASSERT_FALSE(decoded.readable) << size;
    ASSERT_EQ(decoded.refusals.size(), 1u) << size;
    EXPECT_EQ(code(decoded.refusals[0].reason), "not_json") << size;
  }
}

// --- Limits, at ±1 ---

TEST_F(VisitDecoderTest, RecordMayHaveOneMebibyte) {
  std::string record = test_visit(kTestView);
  record.append(kRecordSizeMax - record.size(), ' ');
  decode_sound(record);
  expect_record_refused(record + ' ', Reason::kTooLarge);
}

TEST_F(VisitDecoderTest, EventMayHave256Kibibytes) {
  std::string event(kTestView);
  event.insert(event.size() - 1, kEventSizeMax - event.size(), ' ');
  decode_sound(test_visit(fmt::format("{},{}", event, kTestCartAdd)));
  event.insert(event.size() - 1, 1, ' ');
  expect_event_refused(event, Reason::kTooLarge);
}

TEST_F(VisitDecoderTest, TextMayHave64Kibibytes) {
  const auto visit_with_agent = [](std::size_t size) {
    return replaced(test_visit(kTestView), "Mozilla/5.0", std::string(size, 'x'));
  };
  EXPECT_EQ(decode_sound(visit_with_agent(kTextSizeMax)).visit.user_agent.size(), kTextSizeMax);
  expect_record_refused(visit_with_agent(kTextSizeMax + 1), Reason::kTooLarge);
  expect_event_refused(replaced(std::string(kTestCartAdd), "Laptop X200", std::string(kTextSizeMax + 1, 'x')),
                       Reason::kTooLarge);
}

TEST_F(VisitDecoderTest, RecordMayBeNested32LevelsDeep) {
  const auto nested = [](std::size_t levels) {
    return test_visit(kTestView, fmt::format(R"(, "x": {}1{})", std::string(levels - 1, '['),
                                             std::string(levels - 1, ']')));
  };
  decode_sound(nested(kDepthMax));
  expect_record_refused(nested(kDepthMax + 1), Reason::kTooDeep);
  expect_record_refused(nested(100'000), Reason::kTooDeep);
}

TEST_F(VisitDecoderTest, ObjectMayHave256UnknownMembers) {
  const auto members = [](std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += fmt::format(R"(, "m{}": 1)", i);
    return text;
  };
  decode_sound(test_visit(kTestView, members(kObjectKeysMax)));
  expect_record_refused(test_visit(kTestView, members(kObjectKeysMax + 1)), Reason::kTooLarge);
  const std::string event =
      replaced(std::string(kTestView), "\"page_view\"", "\"page_view\"" + members(kObjectKeysMax + 1));
  expect_event_refused(event, Reason::kTooLarge);
}

TEST_F(VisitDecoderTest, EventMayBeOneDayAheadOfItsArrival) {
  const Timestamp last{kTestArrival.micros + kFutureHorizonMicros};
  decode_sound(test_visit(view_at(format_timestamp(last))));
  expect_event_refused(view_at(format_timestamp({last.micros + 1})), Reason::kTimeOutOfRange);
}

TEST_F(VisitDecoderTest, EventMayBeAsOldAs1970) {
  decode_sound(test_visit(view_at("1970-01-01T00:00:00Z")));
  expect_event_refused(view_at("1969-12-31T23:59:59.999999Z"), Reason::kTimeOutOfRange);
  expect_event_refused(view_at("1970-01-01T00:00:00+00:01"), Reason::kTimeOutOfRange);
}

// --- Properties ---

// Writes JSON in one of the many ways that mean the same.
class AnyWriter {
 public:
  explicit AnyWriter(unsigned seed) : random_(seed) {}

  std::string object(std::vector<std::pair<std::string, std::string>> members) {
    std::ranges::shuffle(members, random_);
    std::string text = "{" + blanks();
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) text += "," + blanks();
      text += string(members[i].first) + blanks() + ":" + blanks() + members[i].second + blanks();
    }
    return text + "}";
  }

  std::string list(const std::vector<std::string>& elements) {
    std::string text = "[" + blanks();
    for (std::size_t i = 0; i < elements.size(); ++i)
      text += (i > 0 ? "," + blanks() : "") + elements[i] + blanks();
    return text + "]";
  }

  std::string string(std::string_view value) {
    std::string text = "\"";
    for (const char c : value)
      text += one_in(20) ? fmt::format("\\u{:04x}", static_cast<unsigned>(c)) : std::string(1, c);
    return text + "\"";
  }

  std::string event(std::vector<std::pair<std::string, std::string>> members) {
    const std::string bare = object(std::move(members));
    return one_in(2) ? object({{"event", bare}}) : bare;
  }

  bool one_in(unsigned n) { return random_() % n == 0; }

 private:
  std::string blanks() {
    static constexpr std::string_view kBlanks = " \t\n\r";
    std::string text;
    while (one_in(3)) text += kBlanks[random_() % kBlanks.size()];
    return text;
  }

  std::mt19937 random_;
};

std::string write_visit(AnyWriter writer) {
  const auto item = [&](std::string_view id, std::string_view price) {
    return writer.object({{"product_id", writer.string(id)},
                          {"product_name", writer.string("Mini PC Cube")},
                          {"category", writer.string("hardware")},
                          {"price", std::string(price)},
                          {"quantity", "1"},
                          {"serial", writer.object({{"from", "1"}, {"to", "2"}})}});
  };
  const std::string view = writer.object({{"page_url", writer.string("https://example.com/")}, {"tab", "3"}});
  const std::string purchase =
      writer.object({{"order_id", writer.string("OID-7")},
                     {"amount", "12345678902234.5678"},
                     {"currency", writer.string("USD")},
                     {"items", writer.list({item("A", "12345678901234.5678"), item("B", "1000")})}});
  const auto event = [&](std::string_view type, const std::string& details) {
    return writer.event({{"event_type", writer.string(type)},
                         {"timestamp", writer.string("2024-07-01T09:00:00")},
                         {"details", details},
                         {"app", "true"},
                         {"build", "7"}});
  };
  return writer.object({{"session_id", writer.string("SID-1")},
                        {"user_id", writer.string("UID-1")},
                        {"device_type", writer.string("desktop")},
                        {"geolocation", writer.string("1,2")},
                        {"user_agent", writer.string("Mozilla/5.0 (X11)")},
                        {"lab", "null"},
                        {"wave", "2.5"},
                        {"events", writer.list({event("page_view", view), event("page_view", view),
                                                event("add_item_to_cart", item("A", "12345678901234.5678")),
                                                event("purchase", purchase)})}});
}

RC_GTEST_PROP(VisitDecoderProperty, OrderBlanksEscapesAndWrappersDoNotMatter,
              (unsigned seed, unsigned other_seed)) {
  VisitDecoder decoder;
  const TestRecord record(write_visit(AnyWriter(seed)));
  const std::string first = test_description(decoder.decode(record.bytes(), kTestArrival));
  const TestRecord other(write_visit(AnyWriter(other_seed)));
  const DecodedVisit& decoded = decoder.decode(other.bytes(), kTestArrival);
  RC_ASSERT(decoded.visit.events.size() == 4u);
  RC_ASSERT(test_description(decoded) == first);
}

RC_GTEST_PROP(VisitDecoderProperty, DamagedRecordIsAccountedForAndHarmsNoOther, (unsigned seed)) {
  std::mt19937 random(seed);
  const std::string good = write_visit(AnyWriter(seed));
  std::string bad = good;
  for (unsigned i = 0; i <= random() % 3; ++i) bad[random() % bad.size()] = static_cast<char>(random());
  VisitDecoder decoder;
  const TestRecord bad_record(bad);
  const DecodedVisit& decoded = decoder.decode(bad_record.bytes(), kTestArrival);
  if (decoded.readable) {
    RC_ASSERT(decoded.events_received == decoded.visit.events.size() + decoded.refusals.size());
    RC_ASSERT(decoded.items_received == decoded.visit.items.size() + decoded.items_refused);
  } else {
    RC_ASSERT(decoded.refusals.size() == 1u);
    RC_ASSERT(decoded.refusals[0].payload == bad);
  }
  const TestRecord good_record(good);
  RC_ASSERT(decoder.decode(good_record.bytes(), kTestArrival).visit.events.size() == 4u);
}

// --- Small parts ---

TEST(VisitKey, DependsOnEachPartAndOnItsPlace) {
  const std::set<std::uint64_t> keys = {visit_key("a", "b", "c"), visit_key("x", "b", "c"),
                                        visit_key("a", "x", "c"), visit_key("a", "b", "x"),
                                        visit_key("ab", "", "c"), visit_key("b", "a", "c")};
  EXPECT_EQ(keys.size(), 6u);
}

TEST(BlankRecord, HoldsNothingButBlanks) {
  EXPECT_TRUE(is_blank_record(""));
  EXPECT_TRUE(is_blank_record(" \t\r\n\v\f"));
  EXPECT_FALSE(is_blank_record(" x "));
  EXPECT_FALSE(is_blank_record(std::string_view("\0", 1)));
}

}  // namespace
}  // namespace millrace
