#include "log/record_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/limits.h"
#include "log/segment_index.h"

namespace millrace {
namespace {

constexpr Timestamp kNineOClock{1'719'824'400'000'000};
constexpr std::uint64_t kSegmentId = 0x0807060504030201;

struct StoredRecord {
  std::string key;
  std::string payload;
  std::vector<std::pair<std::string, std::string>> attributes;
};

NewRecord view(const StoredRecord& record) {
  NewRecord viewed{record.key, record.payload, {}};
  for (const auto& [name, value] : record.attributes) viewed.attributes.emplace_back(name, value);
  return viewed;
}

BatchHeader header_of(const std::string& body, std::uint32_t count) {
  BatchHeader header;
  header.segment_id = kSegmentId;
  header.base = {7};
  header.arrival = {kNineOClock.micros + 1'000};
  header.record_count = count;
  header.stored_size = header.plain_size = static_cast<std::uint32_t>(body.size());
  header.durable_until = kSegmentHeaderSize;
  return header;
}

// The bytes of a block of the format page: hexadecimal, each line with a remark behind two blanks.
std::string block_of_page(const std::string& title) {
  std::ifstream page(MILLRACE_TOPIC_LOG_FORMAT);
  std::string line;
  while (std::getline(page, line) && line != "```hex " + title) {
  }
  std::string bytes;
  while (std::getline(page, line) && line != "```") {
    std::istringstream digits(line.substr(0, line.find("  ")));
    for (std::string two; digits >> two;) bytes += static_cast<char>(std::stoi(two, nullptr, 16));
  }
  return bytes;
}

std::string hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
    text += text.size() % 48 == 47 ? '\n' : ' ';
  }
  return text;
}

std::string example_segment() {
  std::string body;
  append_record({"k", "hello", {{"a", "bc"}}}, body);
  std::string segment = encode(SegmentHeader{kSegmentId, {7}, kNineOClock});
  append_header(header_of(body, 1), segment);
  return segment + body;
}

SegmentIndex example_index() {
  const std::string segment = example_segment();
  SegmentIndex index;
  index.summary = empty_segment(kSegmentId, {7});
  const auto header = decode_batch_header(segment.substr(kSegmentHeaderSize));
  index.summary.add(*header, kSegmentHeaderSize);
  index.entries.push_back({header->base, kSegmentHeaderSize, header->arrival});
  return index;
}

TEST(TopicLogFormat, SegmentIsWrittenAsThePageSays) {
  EXPECT_EQ(hex(block_of_page("segment")), hex(example_segment()));
}

TEST(TopicLogFormat, IndexIsWrittenAsThePageSays) {
  EXPECT_EQ(hex(block_of_page("index")), hex(encode(example_index())));
}

TEST(TopicLogFormat, ExampleOfThePageIsRead) {
  const std::string page = block_of_page("segment");
  ASSERT_GT(page.size(), kSegmentHeaderSize + kBatchHeaderSize);
  const auto segment = decode_segment_header(page);
  ASSERT_TRUE(segment.has_value());
  EXPECT_EQ(segment->segment_id, kSegmentId);
  EXPECT_EQ(segment->base, Offset{7});
  EXPECT_EQ(segment->created, kNineOClock);
  const auto batch = decode_batch_header(std::string_view(page).substr(kSegmentHeaderSize));
  ASSERT_TRUE(batch.has_value());
  BodyReader reader(*batch, std::string_view(page).substr(kSegmentHeaderSize + kBatchHeaderSize));
  LogRecord record;
  Gap lost;
  ASSERT_EQ(reader.next(record, lost), BodyReader::Found::kRecord);
  EXPECT_EQ(record.offset, Offset{7});
  EXPECT_EQ(record.key, "k");
  EXPECT_EQ(record.payload, "hello");
  EXPECT_EQ(record.attributes, (std::vector<Attribute>{{"a", "bc"}}));
  EXPECT_EQ(reader.next(record, lost), BodyReader::Found::kEnd);
}

// 0 stands for a header that cannot be read.
TEST(SegmentHeader, OneWithoutAnIdIsDamaged) {
  const auto header = decode_segment_header(encode(SegmentHeader{0, {7}, {0}}));
  ASSERT_FALSE(header.has_value());
  EXPECT_EQ(header.error().code, ErrorCode::kCorrupt);
}

TEST(BatchHeader, SizesBeyondTheBoundAreNoHeader) {
  BatchHeader header = header_of("", 0);
  header.stored_size = header.plain_size = kBatchBodyMax + 1;
  std::string bytes;
  append_header(header, bytes);
  EXPECT_FALSE(decode_batch_header(bytes).has_value());
}

TEST(BatchHeader, MoreRecordsThanFitAreNoHeader) {
  std::string bytes;
  append_header(header_of(std::string(100, 'x'), 6), bytes);
  EXPECT_FALSE(decode_batch_header(bytes).has_value());
}

TEST(BatchHeader, UnknownCompressionIsNoHeader) {
  BatchHeader header = header_of(std::string(100, 'x'), 1);
  header.compression = static_cast<LogCompression>(9);
  std::string bytes;
  append_header(header, bytes);
  EXPECT_FALSE(decode_batch_header(bytes).has_value());
}

TEST(BodyReader, RecordBehindADamagedOneIsStillRead) {
  std::string body;
  append_record({"", "first"}, body);
  append_record({"", "second"}, body);
  body[body.find("first")] = 'F';
  BodyReader reader(header_of(body, 2), body);
  LogRecord record;
  Gap lost;
  ASSERT_EQ(reader.next(record, lost), BodyReader::Found::kDamaged);
  EXPECT_EQ(lost.first, Offset{7});
  EXPECT_EQ(lost.end, Offset{8});
  ASSERT_EQ(reader.next(record, lost), BodyReader::Found::kRecord);
  EXPECT_EQ(record.payload, "second");
  EXPECT_EQ(record.offset, Offset{8});
}

// Where a length cannot be believed, bytes of a payload could pass for records.
TEST(BodyReader, RecordsBehindADamagedLengthAreLost) {
  std::string body;
  append_record({"", "first"}, body);
  append_record({"", "second"}, body);
  body[0] = static_cast<char>(body[0] + 1);
  BodyReader reader(header_of(body, 2), body);
  LogRecord record;
  Gap lost;
  ASSERT_EQ(reader.next(record, lost), BodyReader::Found::kDamaged);
  EXPECT_EQ(lost.first, Offset{7});
  EXPECT_EQ(lost.end, Offset{9});
  EXPECT_EQ(reader.next(record, lost), BodyReader::Found::kEnd);
}

TEST(BlankRecords, NothingButTheLengthIsLeft) {
  std::string body;
  append_record({"key", "secret", {{"name", "secret"}}}, body);
  append_record({"", "stays"}, body);
  const std::size_t size = body.size();
  const BatchHeader header = header_of(body, 2);
  const std::vector<Offset> offsets = {{7}};
  blank_records(header, body, offsets);
  EXPECT_EQ(body.size(), size);
  for (const std::string_view gone : {"key", "secret", "name"}) EXPECT_EQ(body.find(gone), std::string::npos);
  BodyReader reader(header, body);
  LogRecord record;
  Gap lost;
  ASSERT_EQ(reader.next(record, lost), BodyReader::Found::kRecord);
  EXPECT_TRUE(record.blanked);
  EXPECT_TRUE(record.key.empty() && record.payload.empty() && record.attributes.empty());
  ASSERT_EQ(reader.next(record, lost), BodyReader::Found::kRecord);
  EXPECT_FALSE(record.blanked);
  EXPECT_EQ(record.payload, "stays");
}

TEST(BlankRecords, RestOfABodyThatMayHideOneBecomesZeros) {
  std::string body;
  append_record({"", "first"}, body);
  append_record({"", "secret"}, body);
  const BatchHeader header = header_of(body, 2);
  body[0] = static_cast<char>(body[0] + 1);
  const std::vector<Offset> offsets = {{8}};
  blank_records(header, body, offsets);
  EXPECT_EQ(body, std::string(body.size(), '\0'));
}

RC_GTEST_PROP(RecordCodecProperty, RecordsAreReadAsTheyWereWritten,
              (const std::vector<std::tuple<std::string, std::string,
                                            std::vector<std::pair<std::string, std::string>>>>& made)) {
  std::vector<StoredRecord> records;
  for (const auto& [key, payload, attributes] : made) records.push_back({key, payload, attributes});
  std::string body;
  std::size_t size = 0;
  for (const StoredRecord& record : records) {
    append_record(view(record), body);
    size += encoded_size(view(record));
  }
  RC_ASSERT(body.size() == size);
  BodyReader reader(header_of(body, static_cast<std::uint32_t>(records.size())), body);
  LogRecord found;
  Gap lost;
  for (const StoredRecord& record : records) {
    RC_ASSERT(reader.next(found, lost) == BodyReader::Found::kRecord);
    const NewRecord wanted = view(record);
    RC_ASSERT(found.key == wanted.key);
    RC_ASSERT(found.payload == wanted.payload);
    RC_ASSERT(found.attributes == wanted.attributes);
  }
  RC_ASSERT(reader.next(found, lost) == BodyReader::Found::kEnd);
}

RC_GTEST_PROP(RecordCodecProperty, HeadersAreReadAsTheyWereWritten,
              (std::uint64_t id, std::uint32_t offset, std::int64_t arrival, std::uint64_t durable_until)) {
  BatchHeader header;
  header.segment_id = id;
  header.base = {offset};
  header.arrival = {arrival};
  header.durable_until = durable_until;
  std::string bytes;
  append_header(header, bytes);
  RC_ASSERT(bytes.size() == kBatchHeaderSize);
  const auto read = decode_batch_header(bytes);
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->segment_id == id);
  RC_ASSERT(read->base == header.base);
  RC_ASSERT(read->arrival == header.arrival);
  RC_ASSERT(read->durable_until == durable_until);
}

}  // namespace
}  // namespace millrace
