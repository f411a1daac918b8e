#include "log/segment.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "log/batch_body.h"
#include "log/batch_cursor.h"

namespace millrace {
namespace {

constexpr std::size_t kBaseDigits = 20;
constexpr std::string_view kSegmentEnding = ".log";
constexpr std::string_view kIndexEnding = ".index";
constexpr std::string_view kUnfinishedEnding = ".tmp";

constexpr std::size_t kReadAheadMin = 16 << 10;
constexpr std::size_t kReadAheadMax = 1 << 20;

// Keeps the bodies that records point into: small ones together, and none is ever moved.
class BodyStore {
 public:
  explicit BodyStore(std::vector<std::string>& buffers) : buffers_(buffers) {}

  std::string_view keep(std::string_view body) {
    if (buffers_.empty() || buffers_.back().capacity() - buffers_.back().size() < body.size()) {
      buffers_.emplace_back().reserve(std::max(body.size(), kBufferSize));
    }
    std::string& buffer = buffers_.back();
    buffer += body;
    return std::string_view(buffer).substr(buffer.size() - body.size());
  }

 private:
  static constexpr std::size_t kBufferSize = 64 << 10;

  std::vector<std::string>& buffers_;
};

// Takes the records of one batch from batch.next on; false when there is room for no more.
class RecordTaker {
 public:
  RecordTaker(ReadBatch& batch, std::size_t& bytes, std::size_t bytes_max)
      : batch_(batch), bytes_(bytes), bytes_max_(bytes_max), store_(batch.buffers) {}

  bool take(const BatchHeader& header, std::string_view stored) {
    const Offset end{header.base.value + header.record_count};
    const auto plain = plain_body(header, stored, scratch_);
    if (!plain) {
      pass_over(batch_, header.base, end);
      return true;
    }
    BodyReader reader(header, store_.keep(*plain));
    LogRecord record;
    Gap lost;
    for (;;) {
      const std::size_t left = reader.bytes_left();
      const auto found = reader.next(record, lost);
      if (found == BodyReader::Found::kEnd) return true;
      if (found == BodyReader::Found::kDamaged) {
        pass_over(batch_, lost.first, lost.end);
      } else if (record.offset >= batch_.next) {
        const std::size_t size = left - reader.bytes_left();
        if (!batch_.records.empty() && bytes_ + size > bytes_max_) return false;
        bytes_ += size;
        batch_.next = {record.offset.value + 1};
        batch_.records.push_back(std::move(record));
      }
    }
  }

 private:
  ReadBatch& batch_;
  std::size_t& bytes_;
  std::size_t bytes_max_;
  BodyStore store_;
  std::string scratch_;
};

}  // namespace

std::string segment_file_name(Offset base) {
  return fmt::format("{:0{}}{}", base.value, kBaseDigits, kSegmentEnding);
}

std::string index_file_name(Offset base) {
  return fmt::format("{:0{}}{}", base.value, kBaseDigits, kIndexEnding);
}

PartitionFileName parse_file_name(std::string_view name) {
  Offset base;
  const char* digits_end = name.data() + std::min(name.size(), kBaseDigits);
  const auto read = std::from_chars(name.data(), digits_end, base.value);
  const bool has_base = name.size() > kBaseDigits && read.ec == std::errc{} && read.ptr == digits_end &&
                        base.value >= 0 && name.front() != '-';
  if (!has_base) return {};
  std::string_view ending = name.substr(kBaseDigits);
  const bool is_unfinished = ending.ends_with(kUnfinishedEnding);
  if (is_unfinished) ending.remove_suffix(kUnfinishedEnding.size());
  if (ending != kSegmentEnding && ending != kIndexEnding) return {};
  if (is_unfinished) return {PartitionFileKind::kUnfinished, base};
  return {ending == kSegmentEnding ? PartitionFileKind::kSegment : PartitionFileKind::kIndex, base};
}

std::uint64_t random_segment_id() {
  std::uint64_t id = 0;
  while (id == 0) MILLRACE_CHECK(::getentropy(&id, sizeof(id)) == 0);
  return id;
}

Result<std::unique_ptr<File>> create_segment(FileSystem& files, const std::string& path,
                                             const SegmentHeader& header) {
  MILLRACE_ASSIGN(auto file, files.open(path, OpenMode::kCreate));
  const std::string bytes = encode(header);
  const std::array parts = {std::string_view(bytes)};
  if (Status written = file->write_at(0, parts); !written) {
    // A file without header stays in the way of the next attempt: that is no mere lack of space.
    if (Status removed = files.remove(path); !removed) return std::unexpected(synced(removed).error());
    return std::unexpected(written.error());
  }
  MILLRACE_TRY(synced(file->sync_data()));
  return file;
}

void pass_over(ReadBatch& batch, Offset first, Offset end) {
  first = std::max(first, batch.next);
  if (first >= end) return;
  if (!batch.gaps.empty() && batch.gaps.back().end == first) {
    batch.gaps.back().end = end;
  } else {
    batch.gaps.push_back({first, end});
  }
  batch.next = end;
}

Status SegmentReader::read(ReadBatch& batch, std::size_t& bytes, std::size_t bytes_max) const {
  const std::size_t read_ahead = std::clamp(bytes_max, kReadAheadMin, kReadAheadMax);
  BatchCursor cursor(file_, {summary_.segment_id, summary_.size, summary_.next}, start_, read_ahead);
  RecordTaker taker(batch, bytes, bytes_max);
  Offset expected = start_.offset;
  for (;;) {
    MILLRACE_ASSIGN(const auto found, cursor.next());
    if (found == BatchCursor::Found::kDamage) continue;
    if (found == BatchCursor::Found::kEnd) break;
    const BatchHeader header = cursor.header();
    const Offset end{header.base.value + header.record_count};
    pass_over(batch, expected, header.base);
    expected = end;
    if (end <= batch.next) continue;
    MILLRACE_ASSIGN(const std::string_view stored, cursor.stored_body());
    if (!taker.take(header, stored)) return {};
  }
  pass_over(batch, expected, summary_.next);
  return {};
}

Result<std::optional<Offset>> SegmentReader::offset_at(Timestamp time) const {
  BatchCursor cursor(file_, {summary_.segment_id, summary_.size, summary_.next}, start_, kReadAheadMin);
  for (;;) {
    MILLRACE_ASSIGN(const auto found, cursor.next());
    if (found == BatchCursor::Found::kEnd) return std::nullopt;
    if (found == BatchCursor::Found::kDamage) continue;
    const BatchHeader& header = cursor.header();
    if (header.record_count > 0 && header.arrival >= time) return header.base;
  }
}

}  // namespace millrace
