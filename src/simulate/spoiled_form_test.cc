#include "simulate/spoiled_form.h"

#include <gtest/gtest.h>

#include <set>

#include "event/visit_decoder.h"
#include "simulate/test_records.h"

namespace millrace {
namespace {

std::string spoiled(Shape shape, const SpoiledForm& form, const std::string& record) {
  std::string line;
  append_spoiled(shape, form, record + "\n", line);
  EXPECT_TRUE(line.ends_with('\n'));
  line.pop_back();
  return line;
}

std::string told(const SpoiledForm& form, const std::string& record) {
  return std::string(code(form.reason)) + ": " + record;
}

// The one refusal of the record, or of one event of it.
void expect_visit_refused(VisitDecoder& decoder, const SpoiledForm& form, const std::string& record,
                          std::size_t sound_events) {
  const std::string padded = record + std::string(VisitDecoder::kPadding, ' ');
  const DecodedVisit& decoded =
      decoder.decode(std::string_view(padded).substr(0, record.size()), *parse_timestamp("2030-01-01"));
  ASSERT_EQ(decoded.refusals.size(), 1u) << told(form, record);
  EXPECT_EQ(decoded.refusals.front().reason, form.reason) << told(form, record);
  EXPECT_EQ(decoded.readable, form.is_of_event()) << told(form, record);
  EXPECT_TRUE(!form.is_of_event() || decoded.visit.events.size() == sound_events) << told(form, record);
}

TEST(SpoiledForm, OfVisitsIsRefusedForItsReason) {
  const World world(test_world());
  const auto stream = open_record_stream(world, Shape::kVisits);
  VisitDecoder decoder;
  for (int i = 0; i < 50; ++i) {
    std::string line;
    ASSERT_TRUE(stream->next(line));
    line.pop_back();
    for (const SpoiledForm& form : spoiled_forms(Shape::kVisits)) {
      expect_visit_refused(decoder, form, spoiled(Shape::kVisits, form, line), stream->parts().events);
    }
  }
}

bool is_utf8(std::string_view text) {
  return simdjson::validate_utf8(text);
}

// As far as that can be told without a contract.
void expect_json_fault(const SpoiledForm& form, const std::string& record) {
  EXPECT_EQ(is_utf8(record), form.reason != Reason::kNotUtf8) << told(form, record);
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(record);
  simdjson::dom::element root;
  const bool parses = parser.parse(padded).get(root) == simdjson::SUCCESS;
  EXPECT_EQ(parses, form.reason != Reason::kNotJson && form.reason != Reason::kNotUtf8) << told(form, record);
  if (parses) {
    EXPECT_EQ(root.is_object(), form.reason != Reason::kWrongTopLevelType) << told(form, record);
  }
}

class SpoiledJson : public testing::TestWithParam<Shape> {};
INSTANTIATE_TEST_SUITE_P(Shapes, SpoiledJson,
                         testing::Values(Shape::kClicks, Shape::kTransactions, Shape::kStock, Shape::kOrders,
                                         Shape::kCatalogChanges),
                         [](const auto& shape) { return std::string(name(shape.param)); });

TEST_P(SpoiledJson, HasItsFaultAndNoOther) {
  const World world(test_world(100));
  const auto stream = open_record_stream(world, GetParam());
  for (int i = 0; i < 50; ++i) {
    std::string line;
    ASSERT_TRUE(stream->next(line));
    line.pop_back();
    for (const SpoiledForm& form : spoiled_forms(GetParam())) {
      const std::string record = spoiled(GetParam(), form, line);
      EXPECT_NE(record, line) << told(form, record);
      expect_json_fault(form, record);
    }
  }
}

TEST(SpoiledJson, MembersAreTakenOutReplacedAndRepeated) {
  const std::string record = R"({"event_id": "a\"b", "qty": 2, "store_id": "S"})";
  const auto made = [&](SpoiledForm::Way way, std::string_view member, std::string_view text = {}) {
    return spoiled(Shape::kTransactions, {way, Reason::kNotJson, member, text}, record);
  };
  using Way = SpoiledForm::Way;
  EXPECT_EQ(made(Way::kWithoutMember, "event_id"), R"({"qty": 2, "store_id": "S"})");
  EXPECT_EQ(made(Way::kWithoutMember, "store_id"), R"({"event_id": "a\"b", "qty": 2})");
  EXPECT_EQ(made(Way::kMemberIs, "qty", "[2]"), R"({"event_id": "a\"b", "qty": [2], "store_id": "S"})");
  EXPECT_EQ(made(Way::kMemberTwice, "qty"), R"({"event_id": "a\"b", "qty": 2, "qty": 2, "store_id": "S"})");
  EXPECT_EQ(made(Way::kWrappedInList, ""), "[" + record + "]");
}

TEST(SpoiledCsv, ColumnsAreReplacedAddedAndTakenAway) {
  const std::string row = "2024-07-01 09:00:00 UTC,view,P,2000000000000000000,,acme,31.90,U,S";
  std::set<Reason> reasons;
  for (const SpoiledForm& form : spoiled_forms(Shape::kEcomEvents)) {
    const std::string record = spoiled(Shape::kEcomEvents, form, row);
    reasons.insert(form.reason);
    const std::size_t columns = csv_columns(record).size();
    EXPECT_EQ(columns, form.reason == Reason::kTooManyColumns  ? 10u
                       : form.reason == Reason::kTooFewColumns ? 8u
                                                               : 9u)
        << told(form, record);
    EXPECT_EQ(is_utf8(record), form.reason != Reason::kNotUtf8) << told(form, record);
    EXPECT_NE(record.find(form.text), std::string::npos);
  }
  EXPECT_EQ(reasons.size(), spoiled_forms(Shape::kEcomEvents).size());
}

TEST(SpoiledForm, EveryShapeHasManyReasons) {
  for (const Shape shape : kSimulatedShapes) {
    std::set<Reason> reasons;
    for (const SpoiledForm& form : spoiled_forms(shape)) reasons.insert(form.reason);
    EXPECT_GE(reasons.size(), 10u) << name(shape);
  }
}

}  // namespace
}  // namespace millrace
