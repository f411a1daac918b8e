// Decodes every record of test/bad_records/visits.cases, which says how to read it.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "event/test_bad_records.h"
#include "event/test_records.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

const std::vector<BadRecord>& all_cases() {
  static const std::vector<BadRecord> cases = read_bad_records("visits.cases").cases;
  return cases;
}

// Reasons that no record of a visit has when it is decoded.
bool is_found_elsewhere(Reason reason) {
  switch (reason) {
    case Reason::kIdConflict:  // when it is stored
    case Reason::kTooManyColumns:
    case Reason::kTooFewColumns:
    case Reason::kUnterminatedQuote:
    case Reason::kHeaderChanged:
      return true;
    default:
      return false;
  }
}

void expect_refused_as_told(const BadRecord& expected, const DecodedVisit& decoded) {
  SCOPED_TRACE(expected.name);
  EXPECT_EQ(decoded.readable, expected.stored.has_value());
  ASSERT_EQ(decoded.refusals.size(), expected.refusals.size());
  for (std::size_t i = 0; i < expected.refusals.size(); ++i) {
    const Refusal& refusal = decoded.refusals[i];
    EXPECT_EQ(code(refusal.reason), expected.refusals[i].reason) << refusal.message;
    EXPECT_EQ(refusal.event_index, expected.refusals[i].event_index) << refusal.message;
    const bool whole = !expected.refusals[i].event_index.has_value();
    EXPECT_TRUE(refusal.payload == (whole ? expected.record : expected.payloads.at(i))) << refusal.message;
    EXPECT_FALSE(refusal.message.empty());
  }
}

TEST(BadRecords, EachIsRefusedForItsReasonWithItsExactBytes) {
  VisitDecoder decoder;
  for (const BadRecord& expected : all_cases()) {
    const TestRecord record(expected.record);
    expect_refused_as_told(expected, decoder.decode(record.bytes(), kTestArrival));
  }
}

TEST(BadRecords, TheOtherEventsOfTheVisitSurvive) {
  VisitDecoder decoder;
  for (const BadRecord& expected : all_cases()) {
    const TestRecord record(expected.record);
    const DecodedVisit& decoded = decoder.decode(record.bytes(), kTestArrival);
    if (!expected.stored) continue;
    EXPECT_EQ(decoded.visit.events.size(), expected.stored) << expected.name;
    EXPECT_EQ(decoded.events_received, *expected.stored + expected.refusals.size()) << expected.name;
    EXPECT_EQ(decoded.visit.session_id, expected.name);
  }
}

TEST(BadRecords, NoneOfThemTaintsTheRecordThatFollows) {
  const TestRecord good(test_visit(std::string(kTestView) + "," + std::string(kTestPurchase)));
  VisitDecoder decoder;
  const std::string before = test_description(decoder.decode(good.bytes(), kTestArrival));
  for (const BadRecord& bad : all_cases()) {
    const TestRecord record(bad.record);
    (void)decoder.decode(record.bytes(), kTestArrival);
    ASSERT_EQ(test_description(decoder.decode(good.bytes(), kTestArrival)), before) << bad.name;
  }
}

TEST(BadRecords, CorpusHoldsEveryReasonOfTheDecoderThreeTimes) {
  std::map<std::string_view, int> times;
  for (const BadRecord& expected : all_cases()) {
    for (const ExpectedRefusal& refusal : expected.refusals) ++times[refusal.reason];
  }
  for (const Reason reason : kAllReasons) {
    if (is_found_elsewhere(reason)) continue;
    EXPECT_GE(times[code(reason)], 3) << code(reason);
  }
}

TEST(BadRecords, NamesAreDifferent) {
  std::set<std::string_view> names;
  for (const BadRecord& expected : all_cases())
    EXPECT_TRUE(names.insert(expected.name).second) << expected.name;
  EXPECT_GE(names.size(), 120u);
}

}  // namespace
}  // namespace millrace
