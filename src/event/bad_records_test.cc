// Decodes every record of test/bad_records/visits.cases, which says how to read it.
#include <gtest/gtest.h>

#include <charconv>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "event/test_records.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

struct ExpectedRefusal {
  std::optional<std::int32_t> event_index;
  std::string reason;
};

struct Case {
  std::string name;
  std::vector<ExpectedRefusal> refusals;
  std::optional<std::size_t> stored;
  std::string record;
  std::vector<std::string> payloads;  // of the refused events
};

using Fragments = std::map<std::string, std::string, std::less<>>;

std::size_t to_number(std::string_view digits) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    throw std::invalid_argument("no number: " + std::string(digits));
  }
  return number;
}

std::string fragment(const Fragments& fragments, std::string_view inside) {
  if (const std::size_t star = inside.find('*'); star != std::string_view::npos) {
    std::string repeated;
    for (std::size_t i = to_number(inside.substr(0, star)); i > 0; --i) repeated += inside.substr(star + 1);
    return repeated;
  }
  return fragments.at(std::string(inside));
}

std::string expand(std::string_view text, const Fragments& fragments) {
  std::string expanded;
  for (;;) {
    const std::size_t start = text.find("%(");
    expanded += text.substr(0, start);
    if (start == std::string_view::npos) return expanded;
    const std::size_t end = text.find(')', start);
    if (end == std::string_view::npos) throw std::invalid_argument("%( without )");
    expanded += expand(fragment(fragments, text.substr(start + 2, end - start - 2)), fragments);
    text.remove_prefix(end + 1);
  }
}

// Takes the marks \< \> and \xHH out of `text`.
void unescape(std::string_view text, Case& into) {
  std::size_t payload_start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("\\<")) {
      payload_start = into.record.size();
      ++i;
    } else if (rest.starts_with("\\>")) {
      into.payloads.push_back(into.record.substr(payload_start));
      ++i;
    } else if (rest.starts_with("\\x") && rest.size() >= 4) {
      into.record += static_cast<char>(std::stoi(std::string(rest.substr(2, 2)), nullptr, 16));
      i += 3;
    } else {
      into.record += text[i];
    }
  }
}

ExpectedRefusal parse_refusal(std::string_view text) {
  const std::size_t last_blank = text.rfind(' ');
  ExpectedRefusal refusal{{}, std::string(text.substr(last_blank + 1))};
  const std::string_view unit = text.substr(0, last_blank);
  if (unit.starts_with("event ")) {
    refusal.event_index = static_cast<std::int32_t>(to_number(unit.substr(6)));
  } else if (unit != "record") {
    throw std::invalid_argument("neither record nor event: " + std::string(text));
  }
  return refusal;
}

class CaseReader {
 public:
  std::vector<Case> read(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot open " + path);
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line[0] != '#') take(line);
    }
    return std::move(cases_);
  }

 private:
  void take(std::string_view line) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) throw std::invalid_argument("no key: " + std::string(line));
    const std::string_view key = line.substr(0, colon);
    const std::string_view value = line.substr(colon + 2);
    if (key == "let") {
      const std::size_t equals = value.find('=');
      fragments_[std::string(value.substr(0, equals))] = value.substr(equals + 1);
    } else if (key == "case") {
      next_ = {};
      next_.name = value;
      fragments_["name"] = value;
    } else if (key == "refused") {
      next_.refusals.push_back(parse_refusal(value));
    } else if (key == "stored") {
      next_.stored = to_number(value);
    } else if (key == "record") {
      unescape(expand(value, fragments_), next_);
      cases_.push_back(next_);
    } else {
      throw std::invalid_argument("unknown key: " + std::string(line));
    }
  }

  Fragments fragments_;
  Case next_;
  std::vector<Case> cases_;
};

const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = CaseReader().read(MILLRACE_BAD_RECORDS "/visits.cases");
  return cases;
}

void expect_refused_as_told(const Case& expected, const DecodedVisit& decoded) {
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
  for (const Case& expected : all_cases()) {
    const TestRecord record(expected.record);
    expect_refused_as_told(expected, decoder.decode(record.bytes(), kTestArrival));
  }
}

TEST(BadRecords, TheOtherEventsOfTheVisitSurvive) {
  VisitDecoder decoder;
  for (const Case& expected : all_cases()) {
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
  for (const Case& bad : all_cases()) {
    const TestRecord record(bad.record);
    (void)decoder.decode(record.bytes(), kTestArrival);
    ASSERT_EQ(test_description(decoder.decode(good.bytes(), kTestArrival)), before) << bad.name;
  }
}

TEST(BadRecords, CorpusHoldsEveryReasonOfTheDecoderThreeTimes) {
  std::map<std::string_view, int> times;
  for (const Case& expected : all_cases()) {
    for (const ExpectedRefusal& refusal : expected.refusals) ++times[refusal.reason];
  }
  for (const Reason reason : kAllReasons) {
    if (reason == Reason::kIdConflict) continue;  // found when it is stored, not here
    EXPECT_GE(times[code(reason)], 3) << code(reason);
  }
}

TEST(BadRecords, NamesAreDifferent) {
  std::set<std::string_view> names;
  for (const Case& expected : all_cases()) EXPECT_TRUE(names.insert(expected.name).second) << expected.name;
  EXPECT_GE(names.size(), 120u);
}

}  // namespace
}  // namespace millrace
