#include "log/partition_recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

#include "log/record_codec.h"
#include "log/segment.h"
#include "log/segment_scan.h"

namespace millrace {
namespace {

constexpr Offset kNoLimit{std::numeric_limits<std::int64_t>::max()};

struct FoundSegment {
  Offset base;
  std::uint64_t size = 0;
  std::uint64_t segment_id = 0;  // 0 when the header is damaged
};

class Recoverer {
 public:
  Recoverer(FileSystem& files, const std::string& folder, const PartitionOptions& options, Timestamp now,
            Recovery& recovery)
      : files_(files), folder_(folder), options_(options), now_(now), recovery_(recovery) {}

  Result<RecoveredPartition> run() && {
    MILLRACE_TRY(look_around());
    MILLRACE_TRY(clear_away());
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      const bool is_last = i + 1 == segments_.size();
      note_missing_before(segments_[i]);
      if (is_last) {
        MILLRACE_TRY(recover_last(segments_[i]));
      } else {
        MILLRACE_TRY(recover_sealed(segments_[i], segments_[i + 1].base));
      }
    }
    return std::move(found_);
  }

 private:
  // Reads nothing but names and headers, and changes nothing: a later version's files stay as they are.
  Status look_around() {
    MILLRACE_ASSIGN(auto names, files_.list(folder_));
    std::ranges::sort(names);
    for (const std::string& name : names) {
      const PartitionFileName parsed = parse_file_name(name);
      switch (parsed.kind) {
        case PartitionFileKind::kSegment:
          MILLRACE_TRY(look_at_segment(name, parsed.base));
          break;
        case PartitionFileKind::kIndex:
          indexes_.insert(parsed.base);
          break;
        case PartitionFileKind::kUnfinished:
          unfinished_.push_back(name);
          break;
        case PartitionFileKind::kForeign:
          recovery_.foreign_files.push_back(name);
          break;
      }
    }
    return {};
  }

  Status look_at_segment(const std::string& name, Offset base) {
    MILLRACE_ASSIGN(const auto file, files_.open(path(name), OpenMode::kRead));
    FoundSegment segment{base};
    MILLRACE_ASSIGN(segment.size, file->size());
    std::array<char, kSegmentHeaderSize> bytes;
    MILLRACE_ASSIGN(const std::size_t count, file->read_at(0, bytes));
    const auto header = decode_segment_header({bytes.data(), count});
    if (!header && header.error().code == ErrorCode::kInvalidArgument) {
      return std::unexpected(header.error().in(path(name)));
    }
    if (header && header->base != base) {
      misnamed_.push_back(name);
      return {};
    }
    if (header) segment.segment_id = header->segment_id;
    segments_.push_back(segment);
    return {};
  }

  // What an ended process left half done: files that were never given their names, indexes of segments that
  // are gone.
  Status clear_away() {
    for (const FoundSegment& segment : segments_) indexes_.erase(segment.base);
    for (const Offset base : indexes_) unfinished_.push_back(index_file_name(base));
    for (const std::string& name : unfinished_) MILLRACE_TRY(files_.remove(path(name)));
    for (const std::string& name : misnamed_) MILLRACE_TRY(set_aside(name));
    return {};
  }

  // A segment of another offset or partition would stand in the way of the one that gets its name.
  Status set_aside(const std::string& name) {
    std::string aside = name + ".foreign";
    while (std::ranges::count(recovery_.foreign_files, aside) > 0) aside += ".foreign";
    MILLRACE_TRY(files_.rename(path(name), path(aside)));
    note(name, fmt::format("holds other offsets than its name says: set aside as {}", aside));
    recovery_.foreign_files.push_back(std::move(aside));
    return {};
  }

  void note_missing_before(const FoundSegment& segment) {
    if (found_.sealed.empty() || found_.sealed.back().next >= segment.base) return;
    const std::int64_t lost = segment.base.value - found_.sealed.back().next.value;
    recovery_.damaged_records += static_cast<std::uint64_t>(lost);
    note(segment_file_name(segment.base), fmt::format("{} records before it are missing", lost));
  }

  // An index that belongs to this segment and promises nothing that its file does not have.
  std::optional<SegmentIndex> read_index(const FoundSegment& segment, Offset limit) {
    const auto bytes = files_.read_file(path(index_file_name(segment.base)), kSegmentIndexSizeMax);
    if (!bytes) return std::nullopt;
    auto index = decode_segment_index(*bytes);
    if (!index) return std::nullopt;
    const SegmentSummary& summary = index->summary;
    const bool is_of_segment = segment.segment_id == 0 || summary.segment_id == segment.segment_id;
    if (!is_of_segment || summary.base != segment.base || summary.next > limit) return std::nullopt;
    return std::move(*index);
  }

  void note_header(const FoundSegment& segment) {
    if (segment.segment_id != 0) return;
    note(segment_file_name(segment.base), "has a damaged header; its batches are read nevertheless");
  }

  Status recover_sealed(const FoundSegment& segment, Offset limit) {
    note_header(segment);
    auto index = read_index(segment, limit);
    if (index && index->summary.size == segment.size) return keep_sealed(index->summary);
    MILLRACE_ASSIGN(const auto file, files_.open(segment_path(segment.base), OpenMode::kRead));
    MILLRACE_ASSIGN(const SegmentScan scan, this->scan(*file, segment, index, limit, false));
    note_damage(segment, scan);
    write_index(segment, scan.index);
    return keep_sealed(scan.index.summary);
  }

  Status recover_last(const FoundSegment& segment) {
    const auto index = read_index(segment, kNoLimit);
    MILLRACE_ASSIGN(std::shared_ptr<File> file,
                    files_.open(segment_path(segment.base), OpenMode::kReadWrite));
    if (index && index->summary.size == segment.size) {
      note_header(segment);
      return keep_active(std::move(file), *index);
    }
    // Its own index says that it was longer: what is lost was durable, and its offsets are not used again.
    const bool is_cut = index && index->summary.size > segment.size;
    if (is_cut) {
      note_header(segment);
      MILLRACE_ASSIGN(const SegmentScan scan, this->scan(*file, segment, index, index->summary.next, false));
      note_damage(segment, scan);
      write_index(segment, scan.index);
      return keep_sealed(scan.index.summary);
    }
    MILLRACE_ASSIGN(SegmentScan scan, this->scan(*file, segment, index, kNoLimit, true));
    const bool has_nothing = segment.segment_id == 0 && scan.torn_bytes == segment.size;
    if (has_nothing) return recover_headless(segment, std::move(file), index);
    note_header(segment);
    note_damage(segment, scan);
    // What a killed process had written and not synced is whole, and must be durable before it is read.
    MILLRACE_TRY(synced(file->sync_data()));
    // What proves the damage to be none of a torn end may stand in the torn end itself: from here on the
    // index proves it.
    if (!scan.damage.empty()) write_index(segment, scan.index);
    MILLRACE_TRY(cut_torn_end(segment, *file, scan));
    return keep_active(std::move(file), std::move(scan.index));
  }

  Status cut_torn_end(const FoundSegment& segment, File& file, const SegmentScan& scan) {
    if (scan.torn_bytes == 0) return {};
    recovery_.torn_bytes += scan.torn_bytes;
    note(segment_file_name(segment.base),
         fmt::format("had a torn end of {} bytes, never acknowledged: cut off", scan.torn_bytes));
    MILLRACE_TRY(file.truncate(scan.index.summary.size));
    return synced(file.sync_data());
  }

  // A segment is given its header before its name is durable, so one with more than a torn header was there
  // and is lost. It may have held as many records as fit; none of their offsets is used again.
  Status recover_headless(const FoundSegment& segment, std::shared_ptr<File> file,
                          const std::optional<SegmentIndex>& index) {
    if (segment.size > kSegmentHeaderSize) {
      const Offset end{segment.base.value + static_cast<std::int64_t>(segment.size / kRecordOverhead)};
      note_header(segment);
      // As the next opening will look at it, when it is no longer the last: both find the same.
      MILLRACE_ASSIGN(const SegmentScan scan, this->scan(*file, segment, index, end, false));
      note_damage(segment, scan);
      write_index(segment, scan.index);
      return keep_sealed(scan.index.summary);
    }
    recovery_.torn_bytes += segment.size;
    note(segment_file_name(segment.base), "was being made, and held nothing: made anew");
    SegmentIndex fresh;
    fresh.summary = empty_segment(random_segment_id(), segment.base);
    const std::string header = encode(SegmentHeader{fresh.summary.segment_id, segment.base, now_});
    const std::array parts = {std::string_view(header)};
    MILLRACE_TRY(file->write_at(0, parts));
    MILLRACE_TRY(synced(file->sync_data()));
    return keep_active(std::move(file), std::move(fresh));
  }

  Result<SegmentScan> scan(const File& file, const FoundSegment& segment,
                           const std::optional<SegmentIndex>& index, Offset limit, bool is_last) {
    ScanTask task;
    const bool is_known = index && index->summary.size <= segment.size;
    if (is_known) {
      task.known = *index;
    } else {
      task.known.summary = empty_segment(segment.segment_id, segment.base);
    }
    task.file_size = segment.size;
    task.has_sound_header = segment.segment_id != 0 || is_known;
    task.is_last = is_last;
    task.limit = limit;
    task.index_distance = options_.index_distance;
    if (segment.size > task.known.summary.size) {
      recovery_.scanned_bytes += segment.size - task.known.summary.size;
    }
    return scan_segment(file, task);
  }

  void note_damage(const FoundSegment& segment, const SegmentScan& scan) {
    recovery_.damaged_records += static_cast<std::uint64_t>(scan.lost_records());
    for (const DamagedStretch& stretch : scan.damage) {
      note(segment_file_name(segment.base), fmt::format("is damaged from byte {} to {}: {} records are lost",
                                                        stretch.position, stretch.end, stretch.lost_records));
    }
  }

  // Without it the next open scans again, and readers start at the segment's beginning: slower, not wrong.
  void write_index(const FoundSegment& segment, const SegmentIndex& index) {
    const std::string name = index_file_name(segment.base);
    if (Status written = files_.replace_file(folder_, name, encode(index)); !written) {
      note(name, "could not be written: " + written.error().message);
      return;
    }
    ++recovery_.rebuilt_indexes;
  }

  Status keep_sealed(const SegmentSummary& summary) {
    found_.sealed.push_back(summary);
    keep_end(summary);
    return {};
  }

  Status keep_active(std::shared_ptr<File> file, SegmentIndex index) {
    keep_end(index.summary);
    found_.active = ActiveSegment{std::move(file), std::move(index)};
    return {};
  }

  void keep_end(const SegmentSummary& summary) {
    found_.next = summary.next;
    found_.last_arrival = std::max(found_.last_arrival, summary.last_arrival);
  }

  void note(const std::string& name, std::string_view what) {
    recovery_.findings.push_back(fmt::format("{} {}", path(name), what));
  }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string segment_path(Offset base) const { return path(segment_file_name(base)); }

  FileSystem& files_;
  const std::string& folder_;
  const PartitionOptions& options_;
  Timestamp now_;
  Recovery& recovery_;
  std::vector<FoundSegment> segments_;
  std::set<Offset> indexes_;
  std::vector<std::string> unfinished_;
  std::vector<std::string> misnamed_;  // segments by their headers, but not these
  RecoveredPartition found_;
};

}  // namespace

Result<RecoveredPartition> recover_partition(FileSystem& files, const std::string& folder,
                                             const PartitionOptions& options, Timestamp now,
                                             Recovery& recovery) {
  return Recoverer(files, folder, options, now, recovery).run();
}

}  // namespace millrace
