#include "log/record_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "base/check.h"
#include "base/crc32c.h"
#include "base/limits.h"
#include "base/little_endian.h"

namespace millrace {
namespace {

constexpr std::string_view kSegmentMagic = "millrlog";
constexpr std::uint32_t kBatchMagic = 0x0142'4CB5;  // as bytes: B5 'L' 'B' 01

// Positions in a record's head, and in what its checksum covers behind it.
constexpr std::size_t kLengthAt = 0;
constexpr std::size_t kLengthChecksumAt = 4;
constexpr std::size_t kChecksumAt = 8;
constexpr std::size_t kRecordHeadSize = 12;
constexpr std::size_t kFlagsAt = 0;
constexpr std::size_t kAttributeCountAt = 2;
constexpr std::size_t kKeySizeAt = 4;
constexpr std::size_t kRecordFieldsSize = 8;
constexpr std::size_t kAttributeSizesSize = 8;
static_assert(kRecordOverhead == kRecordHeadSize + kRecordFieldsSize);

constexpr char kBlankedFlag = 1;

void pad(std::string& out, std::size_t size) {
  out.resize(size, '\0');
}

std::uint32_t size32(std::string_view text) {
  MILLRACE_CHECK(text.size() <= std::numeric_limits<std::uint32_t>::max());
  return static_cast<std::uint32_t>(text.size());
}

// A record cut out of a body by its length alone.
struct CutRecord {
  std::size_t size = 0;  // with its head
  std::string_view content;
  bool is_sound = false;
};

// Nothing when the length cannot be believed.
std::optional<CutRecord> cut_record(std::string_view body) {
  if (body.size() < kRecordHeadSize) return std::nullopt;
  const auto length = load_le<std::uint32_t>(body, kLengthAt);
  const auto checksum = load_le<std::uint32_t>(body, kLengthChecksumAt);
  if (crc32c(body.substr(kLengthAt, sizeof(length))) != checksum) return std::nullopt;
  if (length > body.size() - kRecordHeadSize) return std::nullopt;
  CutRecord cut{kRecordHeadSize + length, body.substr(kRecordHeadSize, length)};
  cut.is_sound = crc32c(cut.content) == load_le<std::uint32_t>(body, kChecksumAt);
  return cut;
}

// Takes sized texts from the front; a reader that failed stays failed.
class TextReader {
 public:
  explicit TextReader(std::string_view bytes) : rest_(bytes) {}

  std::string_view take(std::size_t size) {
    if (size > rest_.size()) {
      good_ = false;
      size = rest_.size();
    }
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }

  std::string_view rest() const { return rest_; }
  bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

// False for what no version of this program has written, whatever its checksum says.
bool decode_content(std::string_view content, LogRecord& record) {
  record.attributes.clear();
  record.key = record.payload = {};
  if (content.size() < kRecordFieldsSize) return false;
  record.blanked = (content[kFlagsAt] & kBlankedFlag) != 0;
  if (record.blanked) return true;
  const auto attributes = load_le<std::uint16_t>(content, kAttributeCountAt);
  TextReader reader(content.substr(kRecordFieldsSize));
  const std::string_view sizes = reader.take(attributes * kAttributeSizesSize);
  record.key = reader.take(load_le<std::uint32_t>(content, kKeySizeAt));
  if (!reader.good()) return false;
  record.attributes.reserve(attributes);
  for (std::size_t at = 0; at < sizes.size(); at += kAttributeSizesSize) {
    const std::string_view attribute = reader.take(load_le<std::uint32_t>(sizes, at));
    record.attributes.emplace_back(attribute, reader.take(load_le<std::uint32_t>(sizes, at + 4)));
  }
  record.payload = reader.rest();
  return reader.good();
}

}  // namespace

std::string encode(const SegmentHeader& header) {
  std::string out(kSegmentMagic);
  append_le(out, kLogFormatVersion);
  pad(out, 16);
  append_le(out, header.segment_id);
  append_le(out, header.base.value);
  append_le(out, header.created.micros);
  pad(out, kSegmentHeaderSize - sizeof(std::uint32_t));
  append_le(out, crc32c(out));
  return out;
}

Result<SegmentHeader> decode_segment_header(std::string_view bytes) {
  constexpr std::size_t kCovered = kSegmentHeaderSize - sizeof(std::uint32_t);
  if (bytes.size() < kSegmentHeaderSize || !bytes.starts_with(kSegmentMagic) ||
      crc32c(bytes.substr(0, kCovered)) != load_le<std::uint32_t>(bytes, kCovered)) {
    return fail(ErrorCode::kCorrupt, "the header of the segment is damaged");
  }
  const auto version = load_le<std::uint16_t>(bytes, kSegmentMagic.size());
  if (version > kLogFormatVersion) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the segment has format version {}, written by a later Millrace; this one reads "
                            "up to version {}: install the later one",
                            version, kLogFormatVersion));
  }
  const auto segment_id = load_le<std::uint64_t>(bytes, 16);
  if (segment_id == 0) return fail(ErrorCode::kCorrupt, "the header of the segment names none");
  return SegmentHeader{segment_id, {load_le<std::int64_t>(bytes, 24)}, {load_le<std::int64_t>(bytes, 32)}};
}

void append_header(const BatchHeader& header, std::string& out) {
  std::string bytes;
  append_le(bytes, header.segment_id);
  append_le(bytes, header.base.value);
  append_le(bytes, header.arrival.micros);
  append_le(bytes, header.durable_until);
  append_le(bytes, header.record_count);
  append_le(bytes, header.stored_size);
  append_le(bytes, header.plain_size);
  append_le(bytes, static_cast<std::uint8_t>(header.compression));
  pad(bytes, kBatchHeaderSize - 2 * sizeof(std::uint32_t));
  append_le(out, kBatchMagic);
  append_le(out, crc32c(bytes));
  out += bytes;
}

Result<BatchHeader> decode_batch_header(std::string_view bytes) {
  if (bytes.size() < kBatchHeaderSize || load_le<std::uint32_t>(bytes, 0) != kBatchMagic ||
      crc32c(bytes.substr(8, kBatchHeaderSize - 8)) != load_le<std::uint32_t>(bytes, 4)) {
    return fail(ErrorCode::kCorrupt, "here is no header of a batch");
  }
  BatchHeader header;
  header.segment_id = load_le<std::uint64_t>(bytes, 8);
  header.base = {load_le<std::int64_t>(bytes, 16)};
  header.arrival = {load_le<std::int64_t>(bytes, 24)};
  header.durable_until = load_le<std::uint64_t>(bytes, 32);
  header.record_count = load_le<std::uint32_t>(bytes, 40);
  header.stored_size = load_le<std::uint32_t>(bytes, 44);
  header.plain_size = load_le<std::uint32_t>(bytes, 48);
  header.compression = static_cast<LogCompression>(bytes[52]);
  const bool is_plain = header.compression == LogCompression::kNone;
  const bool is_sound =
      header.base.value >= 0 && header.plain_size <= kBatchBodyMax &&
      header.record_count <= header.plain_size / kRecordOverhead &&
      (is_plain ? header.stored_size == header.plain_size
                : header.compression == LogCompression::kZstd && header.stored_size < header.plain_size);
  if (!is_sound) return fail(ErrorCode::kCorrupt, "the header of the batch contradicts itself");
  return header;
}

std::string_view batch_magic() {
  static constexpr char kBytes[] = {
      static_cast<char>(kBatchMagic & 0xFF), static_cast<char>(kBatchMagic >> 8 & 0xFF),
      static_cast<char>(kBatchMagic >> 16 & 0xFF), static_cast<char>(kBatchMagic >> 24)};
  return {kBytes, sizeof(kBytes)};
}

void append_record(const NewRecord& record, std::string& body) {
  MILLRACE_CHECK(record.attributes.size() <= std::numeric_limits<std::uint16_t>::max());
  const std::size_t start = body.size();
  const std::size_t size = encoded_size(record);
  body.append(kRecordHeadSize + kFlagsAt + kAttributeCountAt, '\0');
  append_le(body, static_cast<std::uint16_t>(record.attributes.size()));
  append_le(body, size32(record.key));
  for (const auto& [attribute, value] : record.attributes) {
    append_le(body, size32(attribute));
    append_le(body, size32(value));
  }
  body += record.key;
  for (const auto& [attribute, value] : record.attributes) body.append(attribute).append(value);
  body += record.payload;

  char* head = body.data() + start;
  const std::string_view bytes(head, size);
  store_le(head + kLengthAt, size32(bytes.substr(kRecordHeadSize)));
  store_le(head + kLengthChecksumAt, crc32c(bytes.substr(kLengthAt, sizeof(std::uint32_t))));
  store_le(head + kChecksumAt, crc32c(bytes.substr(kRecordHeadSize)));
}

std::size_t encoded_size(const NewRecord& record) {
  std::size_t size = kRecordOverhead + record.key.size() + record.payload.size();
  for (const auto& [attribute, value] : record.attributes) {
    size += kAttributeSizesSize + attribute.size() + value.size();
  }
  return size;
}

BodyReader::Found BodyReader::next(LogRecord& record, Gap& lost) {
  if (index_ == header_.record_count) return Found::kEnd;
  const auto cut = cut_record(rest_);
  if (!cut) return lose_rest(lost);
  record.offset = offset();
  record.arrival = header_.arrival;
  ++index_;
  rest_.remove_prefix(cut->size);
  if (cut->is_sound && decode_content(cut->content, record)) return Found::kRecord;
  lost = {record.offset, offset()};
  return Found::kDamaged;
}

BodyReader::Found BodyReader::lose_rest(Gap& lost) {
  lost.first = offset();
  index_ = header_.record_count;
  rest_ = {};
  lost.end = offset();
  return Found::kDamaged;
}

void blank_records(const BatchHeader& header, std::string& body, std::span<const Offset> offsets) {
  std::size_t at = 0;
  for (std::uint32_t index = 0; index < header.record_count; ++index) {
    const Offset offset{header.base.value + index};
    const auto cut = cut_record(std::string_view(body).substr(at));
    if (!cut) {
      const Offset end{header.base.value + header.record_count};
      if (has_offset_within(offsets, offset, end))
        std::ranges::fill(body.begin() + static_cast<std::ptrdiff_t>(at), body.end(), '\0');
      return;
    }
    if (std::ranges::binary_search(offsets, offset)) {
      char* content = body.data() + at + kRecordHeadSize;
      std::fill_n(content, cut->content.size(), '\0');
      if (!cut->content.empty()) content[kFlagsAt] = kBlankedFlag;
      store_le(body.data() + at + kChecksumAt, crc32c(cut->content));
    }
    at += cut->size;
  }
}

bool has_offset_within(std::span<const Offset> offsets, Offset first, Offset end) {
  const auto found = std::ranges::lower_bound(offsets, first);
  return found != offsets.end() && *found < end;
}

}  // namespace millrace
