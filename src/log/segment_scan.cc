#include "log/segment_scan.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "log/batch_body.h"
#include "log/batch_cursor.h"

namespace millrace {
namespace {

constexpr std::size_t kReadAhead = 1 << 20;

class Scanner {
 public:
  Scanner(const File& file, const ScanTask& task)
      : task_(task),
        cursor_(file, {task.known.summary.segment_id, task.file_size, task.limit},
                {task.known.summary.next, task.known.summary.size, start_arrival(task.known)}, kReadAhead) {
    scan_.index = task.known;
    if (!task.has_sound_header) suspect(0);
  }

  Result<SegmentScan> run() && {
    for (;;) {
      MILLRACE_ASSIGN(const auto found, cursor_.next());
      if (found == BatchCursor::Found::kEnd) break;
      if (found == BatchCursor::Found::kDamage) {
        suspect(cursor_.position());
        scan_.damage.push_back({cursor_.position(), cursor_.end()});
      } else {
        MILLRACE_TRY(take_batch());
      }
    }
    finish();
    return std::move(scan_);
  }

 private:
  // The state before something that may be the torn end of the segment.
  struct Suspicion {
    std::uint64_t position;
    SegmentSummary summary;
    std::size_t entries;
    std::size_t damage;
  };

  static Timestamp start_arrival(const SegmentIndex& known) {
    return known.entries.empty() ? Timestamp{std::numeric_limits<std::int64_t>::min()}
                                 : known.entries.back().arrival;
  }

  void suspect(std::uint64_t position) {
    if (!task_.is_last) return;
    suspicions_.push_back({position, scan_.index.summary, scan_.index.entries.size(), scan_.damage.size()});
  }

  Status take_batch() {
    const BatchHeader header = cursor_.header();
    std::erase_if(suspicions_, [&](const auto& s) { return s.position < header.durable_until; });
    note_lost_before(header.base);
    MILLRACE_ASSIGN(const std::int64_t lost, count_lost(header));
    if (lost > 0) {
      suspect(cursor_.position());
      scan_.damage.push_back({cursor_.position(), cursor_.end(), lost});
    }
    SegmentIndex& index = scan_.index;
    if (needs_entry(index.entries, header, cursor_.position(), task_.index_distance)) {
      index.entries.push_back({header.base, cursor_.position(), header.arrival});
    }
    index.summary.add(header, cursor_.position(), static_cast<std::uint64_t>(lost));
    return {};
  }

  void note_lost_before(Offset offset) {
    const std::int64_t lost = offset.value - scan_.index.summary.next.value;
    if (lost == 0) return;
    const std::uint64_t position = cursor_.position();
    if (scan_.damage.empty() || scan_.damage.back().end != position) {
      scan_.damage.push_back({position, position});
    }
    scan_.damage.back().lost_records += lost;
  }

  Result<std::int64_t> count_lost(const BatchHeader& header) {
    MILLRACE_ASSIGN(const std::string_view stored, cursor_.stored_body());
    const auto body = plain_body(header, stored, scratch_);
    if (!body) return header.record_count;
    std::int64_t lost = 0;
    BodyReader reader(header, *body);
    LogRecord record;
    Gap gap;
    for (;;) {
      const auto found = reader.next(record, gap);
      if (found == BodyReader::Found::kEnd) return lost;
      if (found == BodyReader::Found::kDamaged) lost += gap.end.value - gap.first.value;
    }
  }

  void finish() {
    if (!task_.is_last) {
      note_lost_before(task_.limit);
      scan_.index.summary.next = task_.limit;
    } else if (!suspicions_.empty()) {
      const Suspicion& first = suspicions_.front();
      scan_.index.summary = first.summary;
      scan_.index.entries.resize(first.entries);
      scan_.damage.resize(first.damage);
      scan_.torn_bytes = task_.file_size - first.position;
    }
  }

  const ScanTask& task_;
  BatchCursor cursor_;
  SegmentScan scan_;
  std::vector<Suspicion> suspicions_;  // by position
  std::string scratch_;
};

}  // namespace

std::int64_t SegmentScan::lost_records() const {
  std::int64_t lost = 0;
  for (const DamagedStretch& stretch : damage) lost += stretch.lost_records;
  return lost;
}

Result<SegmentScan> scan_segment(const File& file, const ScanTask& task) {
  return Scanner(file, task).run();
}

}  // namespace millrace
