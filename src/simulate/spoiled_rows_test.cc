// Sound records of every flat shape are read by the shape's own contract, and spoiled ones refused for the
// reason that their form names.
#include <gtest/gtest.h>

#include <set>

#include "event/builtin_contracts.h"
#include "event/csv_records.h"
#include "event/row_decoder.h"
#include "simulate/test_records.h"

namespace millrace {
namespace {

const Contract& contract_of(Shape shape) {
  for (const Contract& contract : builtin_contracts()) {
    if (contract.shape == shape) return contract;
  }
  ADD_FAILURE() << "no contract of " << name(shape);
  return visit_contract();
}

class RowsOfContract : public testing::TestWithParam<Shape> {
 protected:
  RowsOfContract() : decoder_(contract_of(GetParam())) {
    std::string_view header = header_line(GetParam());
    if (!header.empty()) header.remove_suffix(1);
    EXPECT_FALSE(decoder_.set_header(header));
  }

  // The reason for which it is refused; nothing when it is read.
  std::optional<Reason> refused(const std::string& record) {
    const std::string padded = record + std::string(RowDecoder::kPadding, ' ');
    const DecodedRow& decoded = decoder_.decode(std::string_view(padded).substr(0, record.size()),
                                                *parse_timestamp("2030-01-01"), position_++);
    event_ids_.insert(decoded.row.event_id);
    return decoded.readable ? std::nullopt : std::optional(decoded.refusal.reason);
  }

  RowDecoder decoder_;
  std::uint64_t position_ = 0;
  std::set<std::uint64_t> event_ids_;
};
INSTANTIATE_TEST_SUITE_P(Shapes, RowsOfContract,
                         testing::Values(Shape::kClicks, Shape::kTransactions, Shape::kStock,
                                         Shape::kEcomEvents, Shape::kOrders, Shape::kCatalogChanges),
                         [](const auto& shape) { return std::string(name(shape.param)); });

TEST_P(RowsOfContract, SoundRecordsAreReadAndNoTwoAreOne) {
  const Written written = write_all_records(test_world(5'000), GetParam());
  for (const std::string& record : written.lines) {
    const auto reason = refused(record);
    ASSERT_FALSE(reason) << code(*reason) << ": " << record;
  }
  EXPECT_EQ(event_ids_.size(), written.lines.size());
}

TEST_P(RowsOfContract, SpoiledRecordsAreRefusedForTheirReason) {
  for (const std::string& record : write_all_records(test_world(100), GetParam()).lines) {
    for (const SpoiledForm& form : spoiled_forms(GetParam())) {
      std::string spoiled;
      append_spoiled(GetParam(), form, record + "\n", spoiled);
      spoiled.pop_back();
      const auto reason = refused(spoiled);
      EXPECT_EQ(reason ? code(*reason) : "read", code(form.reason)) << spoiled;
    }
  }
}

// An open quote must cost its own line only.
TEST(CsvOfEcomEvents, ComesApartIntoItsRecords) {
  const Written written =
      write_all_records(test_world(5'000), Shape::kEcomEvents, {.malformed = 200'000, .late = 10'000});
  std::string text;
  for (const std::string& line : written.lines) text += line + "\n";
  std::string_view rest = text;
  std::size_t records = 0;
  while (!rest.empty()) {
    const auto record = next_csv_record(rest, ',', true);
    ASSERT_TRUE(record);
    ASSERT_EQ(record->bytes, written.lines[records]);
    rest.remove_prefix(record->length);
    ++records;
  }
  EXPECT_EQ(records, written.lines.size());
}

}  // namespace
}  // namespace millrace
