#include "log/segment_index.h"

#include <algorithm>
#include <limits>

#include "base/check.h"
#include "base/crc32c.h"
#include "base/little_endian.h"

namespace millrace {
namespace {

constexpr std::string_view kMagic = "millridx";
constexpr std::size_t kHeadSize = 80;
constexpr std::size_t kEntrySize = 24;
constexpr std::size_t kChecksumSize = sizeof(std::uint32_t);

IndexEntry start_of(const SegmentSummary& summary) {
  return {summary.base, kSegmentHeaderSize, {std::numeric_limits<std::int64_t>::min()}};
}

// What a checksum cannot promise: that those who look something up find their way.
bool is_consistent(const SegmentIndex& index) {
  const SegmentSummary& summary = index.summary;
  if (summary.base.value < 0 || summary.next < summary.base || summary.size < kSegmentHeaderSize)
    return false;
  IndexEntry before = start_of(summary);
  for (const IndexEntry& entry : index.entries) {
    const bool follows =
        entry.offset >= before.offset && entry.position >= before.position && entry.arrival >= before.arrival;
    if (!follows || entry.offset >= summary.next || entry.position >= summary.size) return false;
    before = entry;
  }
  return true;
}

}  // namespace

SegmentSummary empty_segment(std::uint64_t segment_id, Offset base) {
  SegmentSummary summary;
  summary.segment_id = segment_id;
  summary.base = summary.next = base;
  summary.size = kSegmentHeaderSize;
  return summary;
}

void SegmentSummary::add(const BatchHeader& header, std::uint64_t position, std::uint64_t lost) {
  segment_id = header.segment_id;
  next = {header.base.value + header.record_count};
  size = position + kBatchHeaderSize + header.stored_size;
  last_arrival = std::max(last_arrival, header.arrival);
  if (header.record_count == 0) return;
  if (records == 0) first_record = header.arrival;
  newest_record = header.arrival;
  records += header.record_count - lost;
}

bool needs_entry(std::span<const IndexEntry> entries, const BatchHeader& header, std::uint64_t position,
                 std::uint64_t distance) {
  if (header.record_count == 0) return false;
  return entries.empty() || position - entries.back().position >= distance;
}

std::string encode(const SegmentIndex& index) {
  const SegmentSummary& summary = index.summary;
  std::string out(kMagic);
  append_le(out, kLogFormatVersion);
  append_le(out, std::uint16_t{0});
  append_le(out, static_cast<std::uint32_t>(index.entries.size()));
  append_le(out, summary.segment_id);
  append_le(out, summary.base.value);
  append_le(out, summary.next.value);
  append_le(out, summary.size);
  append_le(out, summary.records);
  append_le(out, summary.first_record.micros);
  append_le(out, summary.newest_record.micros);
  append_le(out, summary.last_arrival.micros);
  MILLRACE_CHECK(out.size() == kHeadSize);
  for (const IndexEntry& entry : index.entries) {
    append_le(out, entry.offset.value);
    append_le(out, entry.position);
    append_le(out, entry.arrival.micros);
  }
  append_le(out, crc32c(out));
  return out;
}

Result<SegmentIndex> decode_segment_index(std::string_view bytes) {
  const bool has_head = bytes.size() >= kHeadSize + kChecksumSize && bytes.starts_with(kMagic);
  if (!has_head) return fail(ErrorCode::kCorrupt, "this is no index of a segment");
  const std::string_view covered = bytes.substr(0, bytes.size() - kChecksumSize);
  const std::size_t count = load_le<std::uint32_t>(bytes, 12);
  if (covered.size() != kHeadSize + count * kEntrySize ||
      crc32c(covered) != load_le<std::uint32_t>(bytes, covered.size()) ||
      load_le<std::uint16_t>(bytes, kMagic.size()) != kLogFormatVersion) {
    return fail(ErrorCode::kCorrupt, "the index of the segment is damaged");
  }
  SegmentIndex index;
  SegmentSummary& summary = index.summary;
  summary.segment_id = load_le<std::uint64_t>(bytes, 16);
  summary.base = {load_le<std::int64_t>(bytes, 24)};
  summary.next = {load_le<std::int64_t>(bytes, 32)};
  summary.size = load_le<std::uint64_t>(bytes, 40);
  summary.records = load_le<std::uint64_t>(bytes, 48);
  summary.first_record = {load_le<std::int64_t>(bytes, 56)};
  summary.newest_record = {load_le<std::int64_t>(bytes, 64)};
  summary.last_arrival = {load_le<std::int64_t>(bytes, 72)};
  index.entries.reserve(count);
  for (std::size_t at = kHeadSize; at < covered.size(); at += kEntrySize) {
    index.entries.push_back({{load_le<std::int64_t>(bytes, at)},
                             load_le<std::uint64_t>(bytes, at + 8),
                             {load_le<std::int64_t>(bytes, at + 16)}});
  }
  if (!is_consistent(index)) {
    return fail(ErrorCode::kCorrupt, "the index of the segment contradicts itself");
  }
  return index;
}

IndexEntry place_of(const SegmentSummary& summary, std::span<const IndexEntry> entries, Offset offset) {
  const auto behind = std::ranges::upper_bound(entries, offset, {}, &IndexEntry::offset);
  return behind == entries.begin() ? start_of(summary) : *(behind - 1);
}

IndexEntry place_of(const SegmentSummary& summary, std::span<const IndexEntry> entries, Timestamp time) {
  const auto behind = std::ranges::lower_bound(entries, time, {}, &IndexEntry::arrival);
  return behind == entries.begin() ? start_of(summary) : *(behind - 1);
}

}  // namespace millrace
