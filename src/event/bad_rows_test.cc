// Decodes every record of the corpora of flat records, test/bad_records/.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "event/csv_records.h"
#include "event/reason.h"
#include "event/row_decoder.h"
#include "event/test_bad_records.h"
#include "event/test_contracts.h"
#include "event/test_records.h"
#include "event/test_rows.h"

namespace millrace {
namespace {

constexpr std::array<std::string_view, 7> kFiles = {
    "clicks.cases",      "transactions.cases",    "stock.cases", "orders.cases",
    "ecom_events.cases", "catalog_changes.cases", "csv.cases"};

const std::vector<BadRecordCorpus>& all_corpora() {
  static const std::vector<BadRecordCorpus> corpora = [] {
    std::vector<BadRecordCorpus> read;
    for (const std::string_view file : kFiles) read.push_back(read_bad_records(file));
    return read;
  }();
  return corpora;
}

Contract contract_of(const BadRecordCorpus& corpus) {
  return corpus.contract == "typed" ? test_typed() : test_contract(corpus.contract);
}

// Decodes as a load does: CSV is cut into records first.
class CorpusDecoder {
 public:
  explicit CorpusDecoder(const BadRecordCorpus& corpus)
      : contract_(contract_of(corpus)), decoder_(contract_) {}

  const DecodedRow& decode(std::string_view text, std::string_view header = {}) {
    (void)decoder_.set_header(header);
    record_.emplace(text);
    CsvRecord record{.bytes = record_->bytes()};
    if (contract_.format == RecordFormat::kCsv && !text.empty()) {
      record = next_csv_record(record_->bytes(), contract_.delimiter, true).value();
    }
    return decoder_.decode(record.bytes, kTestArrival, 1, record.unterminated);
  }

  std::string description(std::string_view text) { return test_description(contract_, decode(text)); }

 private:
  Contract contract_;
  RowDecoder decoder_;
  std::optional<TestRecord> record_;
};

TEST(BadRows, EachIsRefusedForItsReasonWithItsExactBytes) {
  for (const BadRecordCorpus& corpus : all_corpora()) {
    CorpusDecoder decoder(corpus);
    for (const BadRecord& expected : corpus.cases) {
      SCOPED_TRACE(expected.name);
      const DecodedRow& decoded = decoder.decode(expected.record, expected.header.value_or(""));
      EXPECT_FALSE(decoded.readable);
      if (decoded.readable) continue;
      ASSERT_EQ(expected.refusals.size(), 1u);
      const Refusal& refusal = decoded.refusal;
      EXPECT_EQ(code(refusal.reason), expected.refusals.front().reason) << refusal.message;
      EXPECT_FALSE(refusal.event_index.has_value());
      const std::string& payload = expected.payloads.empty() ? expected.record : expected.payloads.front();
      EXPECT_TRUE(refusal.payload == payload) << refusal.message;
      EXPECT_FALSE(refusal.message.empty());
      EXPECT_LT(refusal.message.size(), 400u);
    }
  }
}

TEST(BadRows, NoneOfThemTaintsTheRecordThatFollows) {
  for (const BadRecordCorpus& corpus : all_corpora()) {
    CorpusDecoder decoder(corpus);
    const std::string before = decoder.description(corpus.good);
    EXPECT_TRUE(before.starts_with("readable")) << before;
    for (const BadRecord& bad : corpus.cases) {
      (void)decoder.decode(bad.record, bad.header.value_or(""));
      ASSERT_EQ(decoder.description(corpus.good), before) << bad.name;
    }
  }
}

TEST(BadRows, CorporaHoldEveryReasonOfRowsThreeTimes) {
  std::map<std::string_view, int> times;
  for (const BadRecordCorpus& corpus : all_corpora()) {
    for (const BadRecord& expected : corpus.cases) ++times[expected.refusals.front().reason];
  }
  for (const Reason reason : kAllReasons) {
    const bool of_visits = reason == Reason::kBadGeolocation || reason == Reason::kAmountMismatch;
    if (of_visits || reason == Reason::kIdConflict) continue;  // the latter is found when it is stored
    EXPECT_GE(times[code(reason)], 3) << code(reason);
  }
}

TEST(BadRows, NamesAreDifferent) {
  std::set<std::string_view> names;
  for (const BadRecordCorpus& corpus : all_corpora()) {
    for (const BadRecord& bad : corpus.cases) EXPECT_TRUE(names.insert(bad.name).second) << bad.name;
  }
  EXPECT_GE(names.size(), 400u);
}

}  // namespace
}  // namespace millrace
