#include "log/segment_rewrite.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "log/batch_body.h"
#include "log/batch_cursor.h"
#include "log/record_codec.h"

namespace millrace {
namespace {

constexpr std::size_t kCopySize = 1 << 20;

// Writes what comes behind each other in large pieces.
class PieceWriter {
 public:
  PieceWriter(File& file, std::uint64_t position) : file_(file), position_(position) {}

  std::uint64_t position() const { return position_ + pending_.size(); }

  Status write(std::string_view bytes) {
    pending_ += bytes;
    return pending_.size() < kCopySize ? Status() : flush();
  }

  Status flush() {
    const std::array parts = {std::string_view(pending_)};
    MILLRACE_TRY(file_.write_at(position_, parts));
    position_ += pending_.size();
    pending_.clear();
    return {};
  }

 private:
  File& file_;
  std::uint64_t position_;
  std::string pending_;
};

class Copier {
 public:
  Copier(const SegmentCopy& copy, std::span<const Offset> blanked)
      : copy_(copy),
        blanked_(blanked),
        window_(copy.from, copy.summary.size, kCopySize),
        writer_(copy.to, kSegmentHeaderSize) {
    index_.summary = empty_segment(copy.segment_id, copy.summary.base);
  }

  Result<SegmentIndex> run() && {
    const SegmentSummary& summary = copy_.summary;
    BatchCursor cursor(copy_.from, {summary.segment_id, summary.size, summary.next},
                       place_of(summary, {}, summary.base), kCopySize);
    for (;;) {
      MILLRACE_ASSIGN(const auto found, cursor.next());
      if (found == BatchCursor::Found::kEnd) break;
      if (found == BatchCursor::Found::kDamage) {
        damage_ = {cursor.position(), cursor.end()};
        continue;
      }
      MILLRACE_TRY(copy_damage_before(cursor.header().base));
      MILLRACE_ASSIGN(const std::string_view stored, cursor.stored_body());
      MILLRACE_TRY(copy_batch(cursor.header(), stored));
    }
    MILLRACE_TRY(copy_damage_before(summary.next));
    MILLRACE_TRY(writer_.flush());
    return finish();
  }

 private:
  struct Stretch {
    std::uint64_t position = 0;
    std::uint64_t end = 0;
  };

  // Only the batch behind a damaged stretch tells which records it may have held.
  Status copy_damage_before(Offset offset) {
    if (!damage_) return {};
    const bool may_hide_one = has_offset_within(blanked_, index_.summary.next, offset);
    while (damage_->position < damage_->end) {
      const std::size_t size = std::min<std::uint64_t>(damage_->end - damage_->position, kCopySize);
      MILLRACE_ASSIGN(const std::string_view bytes, window_.view(damage_->position, size));
      if (bytes.empty()) break;
      MILLRACE_TRY(writer_.write(may_hide_one ? std::string(bytes.size(), '\0') : bytes));
      damage_->position += bytes.size();
    }
    damage_.reset();
    return {};
  }

  Status copy_batch(BatchHeader header, std::string_view stored) {
    std::string body;
    const Offset end{header.base.value + header.record_count};
    if (has_offset_within(blanked_, header.base, end)) {
      stored = blank_batch(header, stored, body);
    }
    header.segment_id = copy_.segment_id;
    header.durable_until = writer_.position();  // the copy is synced before it is given its name
    if (needs_entry(index_.entries, header, writer_.position(), copy_.index_distance)) {
      index_.entries.push_back({header.base, writer_.position(), header.arrival});
    }
    index_.summary.add(header, writer_.position());
    std::string head;
    append_header(header, head);
    MILLRACE_TRY(writer_.write(head));
    return writer_.write(stored);
  }

  // A body that cannot be decompressed is lost, and becomes zeros of the same size.
  std::string_view blank_batch(BatchHeader& header, std::string_view stored, std::string& out) {
    std::string scratch;
    const auto plain = plain_body(header, stored, scratch);
    if (!plain) {
      out.assign(stored.size(), '\0');
      return out;
    }
    out.assign(*plain);
    blank_records(header, out, blanked_);
    const std::array parts = {std::string_view(out)};
    std::string compressed;
    if (header.compression == LogCompression::kZstd && compress(parts, compressed)) {
      out = std::move(compressed);
    } else {
      header.compression = LogCompression::kNone;
    }
    header.stored_size = static_cast<std::uint32_t>(out.size());
    return out;
  }

  SegmentIndex finish() {
    SegmentSummary& summary = index_.summary;
    summary.size = writer_.position();
    summary.next = copy_.summary.next;
    summary.records = copy_.summary.records;
    summary.last_arrival = copy_.summary.last_arrival;
    return std::move(index_);
  }

  const SegmentCopy& copy_;
  std::span<const Offset> blanked_;
  FileWindow window_;
  PieceWriter writer_;
  SegmentIndex index_;
  std::optional<Stretch> damage_;
};

}  // namespace

Result<SegmentIndex> rewrite_segment(const SegmentCopy& copy, std::span<const Offset> blanked) {
  return Copier(copy, blanked).run();
}

}  // namespace millrace
