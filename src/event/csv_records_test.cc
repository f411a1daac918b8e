#include "event/csv_records.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

#include "base/limits.h"

namespace millrace {
namespace {

using Texts = std::vector<std::string>;

CsvRecord first_record(std::string_view text, char delimiter = ',') {
  const auto record = next_csv_record(text, delimiter, true);
  EXPECT_TRUE(record.has_value());
  return record.value_or(CsvRecord{});
}

Texts split(std::string_view record, char delimiter = ',') {
  CsvFields fields(delimiter);
  EXPECT_TRUE(fields.split(record)) << record;
  return {fields.fields().begin(), fields.fields().end()};
}

bool splits(std::string_view record) {
  return CsvFields(',').split(record);
}

bool goes_on(std::string_view text) {
  return !next_csv_record(text, ',', false).has_value();
}

void expect_same(const std::optional<CsvRecord>& a, const std::optional<CsvRecord>& b) {
  ASSERT_EQ(a.has_value(), b.has_value());
  if (!a) return;
  EXPECT_EQ(a->bytes, b->bytes);
  EXPECT_EQ(a->length, b->length);
  EXPECT_EQ(a->lines, b->lines);
  EXPECT_EQ(a->unterminated, b->unterminated);
}

TEST(CsvRecords, ALineIsARecord) {
  const CsvRecord record = first_record("a,b\nc,d\n");
  EXPECT_EQ(record.bytes, "a,b");
  EXPECT_EQ(record.length, 4u);
  EXPECT_EQ(record.lines, 1u);
  EXPECT_FALSE(record.unterminated);
}

TEST(CsvRecords, CarriageReturnBeforeTheNewlineIsNoText) {
  const CsvRecord record = first_record("a,b\r\nc");
  EXPECT_EQ(record.bytes, "a,b");
  EXPECT_EQ(record.length, 5u);
}

TEST(CsvRecords, LoneCarriageReturnIsText) {
  EXPECT_EQ(first_record("a\rb\nc").bytes, "a\rb");
  EXPECT_EQ(first_record("a\r\r\nc").bytes, "a\r");
  EXPECT_EQ(first_record("a\r").bytes, "a\r");
}

TEST(CsvRecords, EmptyLineIsAnEmptyRecord) {
  EXPECT_EQ(first_record("\nx").length, 1u);
  EXPECT_EQ(first_record("\nx").bytes, "");
  EXPECT_EQ(first_record("\r\nx").bytes, "");
}

TEST(CsvRecords, LastLineNeedsNoNewline) {
  EXPECT_EQ(first_record("a,b").bytes, "a,b");
  EXPECT_EQ(first_record("a,b").length, 3u);
  EXPECT_TRUE(goes_on("a,b"));
}

TEST(CsvRecords, QuotedFieldsHoldNewlinesAndDelimiters) {
  const CsvRecord record = first_record("1,\"a\n,b\r\nc\",2\r\nnext\n");
  EXPECT_EQ(record.bytes, "1,\"a\n,b\r\nc\",2");
  EXPECT_EQ(record.length, record.bytes.size() + 2);
  EXPECT_EQ(record.lines, 3u);
  EXPECT_FALSE(record.unterminated);
}

TEST(CsvRecords, DoubledQuotesDoNotCloseAField) {
  EXPECT_EQ(first_record("\"a\"\"\n\"\"b\"\nc").bytes, "\"a\"\"\n\"\"b\"");
}

TEST(CsvRecords, QuoteInsideAFieldIsText) {
  EXPECT_EQ(first_record("27\" monitor,x\nc\",y\n").bytes, "27\" monitor,x");
  EXPECT_EQ(first_record(" \"a,x\nb\"\n").bytes, " \"a,x");
}

TEST(CsvRecords, QuoteThatIsNeverClosedGivesUpItsFirstLineOnly) {
  const CsvRecord record = first_record("1,\"a\r\n2,b\n3,c\n");
  EXPECT_EQ(record.bytes, "1,\"a");
  EXPECT_EQ(record.length, 6u);
  EXPECT_EQ(record.lines, 1u);
  EXPECT_TRUE(record.unterminated);
}

TEST(CsvRecords, QuoteClosedInTheMiddleOfAFieldGivesUpItsFirstLineOnly) {
  const CsvRecord record = first_record("\"a\nb\"c,d\ne\n");
  EXPECT_EQ(record.bytes, "\"a");
  EXPECT_TRUE(record.unterminated);
  EXPECT_TRUE(first_record("\"a\"b\n").unterminated);
  EXPECT_TRUE(first_record("\"a\" ,b\n").unterminated);
  EXPECT_TRUE(first_record("\"a\"\rb\n").unterminated);
  EXPECT_TRUE(first_record("\"a\"\r").unterminated);
}

TEST(CsvRecords, LineWithAnOpenQuoteIsTheFirstOfMore) {
  EXPECT_TRUE(goes_on("1,\"a\n2,b\n"));
  EXPECT_TRUE(goes_on("\"a\""));
  EXPECT_TRUE(goes_on("x,\"a\n\""));
  EXPECT_TRUE(goes_on("x,\"a\n\"\r"));
  EXPECT_FALSE(goes_on("x,\"a\n\"\r\n"));
}

TEST(CsvRecords, LastRecordMayEndWithAQuote) {
  EXPECT_EQ(first_record("\"a\nb\"").bytes, "\"a\nb\"");
  EXPECT_FALSE(first_record("\"a\nb\"").unterminated);
  EXPECT_FALSE(first_record("\"a\",").unterminated);
  EXPECT_FALSE(first_record("\"a\nb\",c").unterminated);
  EXPECT_TRUE(first_record("\"a\"\"").unterminated);
  EXPECT_TRUE(first_record("\"").unterminated);
}

TEST(CsvRecords, QuotedRecordIsUnterminatedWhenItIsTooLarge) {
  const std::string inside(kRecordSizeMax, 'x');
  const std::string text = "\"a\n" + inside + "\"\nb\n";
  const CsvRecord record = first_record(text);
  EXPECT_TRUE(record.unterminated);
  EXPECT_EQ(record.bytes, "\"a");
  expect_same(next_csv_record(text, ',', false), record);
  const std::string fits = "\"a\n" + inside.substr(4) + "\"\nb\n";
  EXPECT_FALSE(first_record(fits).unterminated);
  EXPECT_EQ(first_record(fits).bytes.size(), kRecordSizeMax);
}

TEST(CsvRecords, LongLineWithoutQuotesIsARecordOfItsOwn) {
  const std::string line(kRecordSizeMax * 2, 'x');
  EXPECT_EQ(first_record(line + "\nb").length, line.size() + 1);
  EXPECT_FALSE(first_record(line + "\nb").unterminated);
}

TEST(CsvRecords, OtherDelimiters) {
  EXPECT_EQ(first_record("\"a\n\";b\nc", ';').bytes, "\"a\n\";b");
  EXPECT_TRUE(first_record("\"a\",b\nc", ';').unterminated);
  EXPECT_EQ(split("a\tb,c\t", '\t'), (Texts{"a", "b,c", ""}));
}

TEST(CsvFields, SplitsAtDelimiters) {
  EXPECT_EQ(split("a,b,c"), (Texts{"a", "b", "c"}));
  EXPECT_EQ(split(""), (Texts{""}));
  EXPECT_EQ(split(std::string_view()), (Texts{""}));
  EXPECT_EQ(split(","), (Texts{"", ""}));
  EXPECT_EQ(split(",,a,"), (Texts{"", "", "a", ""}));
}

TEST(CsvFields, QuotesAreRemoved) {
  EXPECT_EQ(split("\"a,b\",\"\",c"), (Texts{"a,b", "", "c"}));
  EXPECT_EQ(split("\"a\nb\",\"c\""), (Texts{"a\nb", "c"}));
}

TEST(CsvFields, DoubledQuotesStandForOne) {
  EXPECT_EQ(split(R"("27"" QHD","""","a""""b","""x""")"), (Texts{R"(27" QHD)", "\"", R"(a""b)", R"("x")"}));
}

TEST(CsvFields, QuoteInsideAFieldIsText) {
  EXPECT_EQ(split(R"(27" QHD, "a",b""c)"), (Texts{R"(27" QHD)", R"( "a")", R"(b""c)"}));
}

TEST(CsvFields, BadQuotesDoNotSplit) {
  EXPECT_FALSE(splits("\"a"));
  EXPECT_FALSE(splits("a,\""));
  EXPECT_FALSE(splits("\"a\"b,c"));
  EXPECT_FALSE(splits("\"a\"\""));
  EXPECT_FALSE(splits("\"a\" ,b"));
}

TEST(CsvFields, UnescapedTextsOfOneRecordAllLive) {
  std::string record = R"("""0""")";
  for (int i = 1; i < 100; ++i) record += ",\"\"\"" + std::to_string(i) + "\"\"\"";
  CsvFields fields(',');
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(fields.split(record));
    for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(fields.fields()[i], "\"" + std::to_string(i) + "\"");
  }
}

// Texts made of what matters to CSV.
rc::Gen<std::string> csv_text() {
  return rc::gen::container<std::string>(rc::gen::element(',', '"', '\n', '\r', 'a', ';', ' ', '\0', '\xff'));
}

std::string written_field(const std::string& text, bool always_quoted) {
  if (!always_quoted && text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? "\"\"" : std::string(1, c);
  return field + '"';
}

std::string written(const Texts& fields, bool always_quoted) {
  std::string record;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) record += ',';
    record += written_field(fields[i], always_quoted);
  }
  return record;
}

RC_GTEST_PROP(CsvRecordsProperty, WrittenRecordsAreReadBack, (bool always_quoted, bool carriage_return)) {
  const auto fields = *rc::gen::container<Texts>(csv_text());
  RC_PRE(!fields.empty());
  const std::string record = written(fields, always_quoted);
  const std::string text = record + (carriage_return ? "\r\n" : "\n") + "next,\"line\n";
  const auto cut = next_csv_record(text, ',', false);
  RC_ASSERT(cut.has_value());
  RC_ASSERT(cut->bytes == record);
  RC_ASSERT(!cut->unterminated);
  RC_ASSERT(cut->lines == 1 + static_cast<std::size_t>(std::ranges::count(record, '\n')));
  RC_ASSERT(split(cut->bytes) == fields);
}

RC_GTEST_PROP(CsvRecordsProperty, WhatFollowsDoesNotChangeARecord, (bool at_end)) {
  const auto text = *csv_text();
  RC_PRE(!text.empty());
  const auto whole = next_csv_record(text, ',', at_end);
  for (std::size_t size = 1; size <= text.size(); ++size) {
    const auto part = next_csv_record(std::string_view(text).substr(0, size), ',', false);
    if (!part) continue;
    RC_ASSERT(whole.has_value());
    RC_ASSERT(part->bytes == whole->bytes);
    RC_ASSERT(part->length == whole->length);
    RC_ASSERT(part->unterminated == whole->unterminated);
  }
}

RC_GTEST_PROP(CsvRecordsProperty, RecordsCoverAnyTextAndSplitUnlessUnterminated, ()) {
  const auto text = *csv_text();
  std::string_view rest = text;
  std::size_t lines = 0;
  while (!rest.empty()) {
    const auto record = next_csv_record(rest, ',', true);
    RC_ASSERT(record.has_value());
    RC_ASSERT(record->length > 0 && record->length <= rest.size());
    RC_ASSERT(record->length >= record->bytes.size() && record->length <= record->bytes.size() + 2);
    RC_ASSERT(splits(record->bytes) == !record->unterminated);
    lines += record->lines;
    rest.remove_prefix(record->length);
  }
  const auto newlines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  RC_ASSERT(lines == newlines + (text.empty() || text.ends_with('\n') ? 0 : 1));
}

}  // namespace
}  // namespace millrace
