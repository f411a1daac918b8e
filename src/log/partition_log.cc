#include "log/partition_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/fail_point.h"
#include "base/limits.h"
#include "log/batch_body.h"
#include "log/partition_recovery.h"
#include "log/record_codec.h"
#include "log/segment.h"
#include "log/segment_rewrite.h"

namespace millrace {
namespace {

constexpr std::size_t kSealedSegmentsOpenMax = 4;
constexpr int kReopenAttemptsMax = 1'000;

std::string parent_of(const std::string& folder) {
  const std::size_t slash = folder.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : folder.substr(0, slash);
}

// A sealed segment while somebody reads it.
struct OpenSegment {
  std::unique_ptr<File> file;
  std::vector<IndexEntry> entries;
};

struct SealedSegment {
  SegmentSummary summary;
  std::shared_ptr<const OpenSegment> open;  // null while nobody needs it
  std::uint64_t used = 0;                   // when it was read last, counted in reads
};

class SegmentedPartitionLog final : public PartitionLog {
 public:
  SegmentedPartitionLog(FileSystem& files, const Clock& clock, std::string folder,
                        const PartitionOptions& options)
      : files_(files), clock_(clock), folder_(std::move(folder)), options_(options) {}

  Status recover(Recovery& recovery) {
    MILLRACE_TRY(files_.make_folder(folder_));
    MILLRACE_ASSIGN(auto found, recover_partition(files_, folder_, options_, clock_.now(), recovery));
    for (const SegmentSummary& summary : found.sealed) sealed_.push_back({summary, nullptr, 0});
    last_arrival_ = found.last_arrival;
    // Whoever made these names may have been killed before they were durable.
    MILLRACE_TRY(synced(files_.sync_folder(parent_of(folder_))));
    if (!found.active) return begin_segment(found.next);
    active_ = std::move(*found.active);
    written_ = active_.index.summary.size;
    return synced(files_.sync_folder(folder_));
  }

  Result<std::vector<Offset>> append_group(std::span<const AppendGroup> groups) override {
    MILLRACE_TRY(check_appendable());
    MILLRACE_TRY(check_groups(groups));
    pass(FailPoint::kLogBeforeAppend);
    MILLRACE_TRY(make_room(groups));
    Append append{active_.index.summary, {}, {}};
    append.summary.size = written_;
    if (Status written = write_batches(groups, append); !written) return take_back(written.error());
    pass(FailPoint::kLogAfterAppendBeforeSync);
    MILLRACE_TRY(sync_active());
    pass(FailPoint::kLogAfterSyncBeforeAcknowledge);
    publish(append);
    return std::move(append.firsts);
  }

  Status append_time(Timestamp now) override {
    MILLRACE_TRY(check_appendable());
    BatchHeader header = next_header(active_.index.summary, std::max(now, last_arrival_));
    std::string bytes;
    append_header(header, bytes);
    const std::array parts = {std::string_view(bytes)};
    const std::uint64_t position = time_record_at_.value_or(written_);
    if (Status written = active_.file->write_at(position, parts); !written) {
      return take_back(written.error());
    }
    time_record_at_ = position;
    written_ = position + kBatchHeaderSize;
    const std::lock_guard lock(mutex_);
    last_arrival_ = header.arrival;
    return {};
  }

  bool failed() const override { return failed_.load(); }

  Result<ReadBatch> read(Offset from, std::size_t bytes_max) const override {
    ReadBatch batch;
    batch.next = from;
    std::size_t bytes = 0;
    for (int attempt = 0; attempt < kReopenAttemptsMax;) {
      MILLRACE_ASSIGN(const auto place, find_place(batch.next));
      if (!place) return batch;
      pass_over(batch, batch.next, place->summary.base);
      MILLRACE_ASSIGN(const auto source, open(*place, batch.next));
      if (!source) {
        ++attempt;
        std::this_thread::yield();
        continue;
      }
      const SegmentReader reader(*source->file, place->summary, source->start);
      MILLRACE_TRY(reader.read(batch, bytes, bytes_max));
      const bool is_full = !batch.records.empty() && (bytes >= bytes_max || batch.next < place->summary.next);
      if (is_full) return batch;
    }
    return fail(ErrorCode::kUnavailable, folder_ + " is being rewritten: read again");
  }

  Result<Offset> offset_at(Timestamp time) const override {
    for (int attempt = 0; attempt < kReopenAttemptsMax; ++attempt) {
      const auto place = find_place(time);
      if (!place) return state().next;
      MILLRACE_ASSIGN(const auto source, open(*place, time));
      if (source) {
        const SegmentReader reader(*source->file, place->summary, source->start);
        MILLRACE_ASSIGN(const auto offset, reader.offset_at(time));
        return offset.value_or(place->summary.next);
      }
      std::this_thread::yield();
    }
    return fail(ErrorCode::kUnavailable, folder_ + " is being rewritten: ask again");
  }

  PartitionState state() const override {
    const std::lock_guard lock(mutex_);
    PartitionState state;
    state.start = sealed_.empty() ? active_.index.summary.base : sealed_.front().summary.base;
    state.next = active_.index.summary.next;
    state.bytes = active_.index.summary.size;
    for (const SealedSegment& segment : sealed_) state.bytes += segment.summary.size;
    state.segments = sealed_.size() + 1;
    state.last_arrival = last_arrival_;
    return state;
  }

  Result<std::uint64_t> retain(Timestamp oldest, std::uint64_t bytes_max, Offset pinned) override {
    MILLRACE_TRY(check_appendable());
    const SegmentSummary& active = active_.index.summary;
    const bool active_is_old = active.next > active.base && active.newest_record < oldest;
    if (active_is_old && active.next <= pinned) MILLRACE_TRY(roll());
    std::uint64_t freed = 0;
    while (const auto segment = find_unneeded(oldest, bytes_max, pinned)) {
      MILLRACE_TRY(remove(*segment));
      freed += segment->size;
    }
    return freed;
  }

  Status blank(std::span<const Offset> offsets) override {
    MILLRACE_TRY(check_appendable());
    std::vector<Offset> sorted(offsets.begin(), offsets.end());
    std::ranges::sort(sorted);
    if (sorted.empty()) return {};
    const Offset next = active_.index.summary.next;
    if (sorted.back() >= next) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("{} has no record {} yet; the next one is {}",
                                                           folder_, sorted.back().value, next.value));
    }
    if (sorted.back() >= active_.index.summary.base) MILLRACE_TRY(roll());
    for (std::size_t i = 0; i < sealed_.size(); ++i) {
      const SegmentSummary summary = sealed_[i].summary;
      if (has_offset_within(sorted, summary.base, summary.next)) MILLRACE_TRY(rewrite(i, sorted));
    }
    return {};
  }

  Status close() override {
    if (closed_ || failed_) return {};
    MILLRACE_TRY(seal_active());
    closed_ = true;
    return {};
  }

 private:
  // What an append has written, and readers do not see before it is synced.
  struct Append {
    SegmentSummary summary;
    std::vector<IndexEntry> entries;
    std::vector<Offset> firsts;  // of each group
  };

  // Where to look for records, without the lock.
  struct Place {
    SegmentSummary summary;
    std::shared_ptr<const File> active_file;  // null when it is sealed
    std::shared_ptr<const OpenSegment> open;  // of a sealed one; null when it must be opened
    IndexEntry active_start;
  };

  struct Source {
    std::shared_ptr<const File> file;
    IndexEntry start;
  };

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  Status check_appendable() const {
    if (failed_) {
      return fail(
          ErrorCode::kUnavailable,
          folder_ + " has failed to write and takes nothing more: look at the disk, then start again");
    }
    if (closed_) return fail(ErrorCode::kUnavailable, folder_ + " is closed");
    return {};
  }

  Status check_groups(std::span<const AppendGroup> groups) const {
    for (const AppendGroup& group : groups) {
      MILLRACE_CHECK(group.record_count > 0 && !group.body.empty());
      if (group.body.size() > kBatchBodyMax) {
        return fail(ErrorCode::kInvalidArgument, fmt::format("{} bytes to append together are more than {}",
                                                             group.body.size(), kBatchBodyMax));
      }
    }
    return {};
  }

  // From here on only the next open can tell what is durable.
  std::unexpected<Error> close_for_good(Error error) {
    failed_ = true;
    return std::unexpected(std::move(error));
  }

  // Lack of space is forgiven, since nothing was lost; any other error is not.
  std::unexpected<Error> forgive_no_space(Error error) {
    if (error.code == ErrorCode::kNoSpace) return std::unexpected(std::move(error));
    return close_for_good(std::move(error));
  }

  // After a failed write: leaves nothing of it behind.
  std::unexpected<Error> take_back(const Error& error) {
    if (error.code != ErrorCode::kNoSpace) return close_for_good(error);
    if (const Status cut = active_.file->truncate(written_); !cut) return close_for_good(cut.error());
    return std::unexpected(error);
  }

  BatchHeader next_header(const SegmentSummary& summary, Timestamp arrival) const {
    BatchHeader header;
    header.segment_id = summary.segment_id;
    header.base = summary.next;
    header.arrival = arrival;
    header.durable_until = active_.index.summary.size;
    return header;
  }

  Status make_room(std::span<const AppendGroup> groups) {
    std::uint64_t size = kBatchHeaderSize;
    for (const AppendGroup& group : groups) size += group.body.size();
    const SegmentSummary& active = active_.index.summary;
    const bool has_records = active.next > active.base;
    if (has_records && written_ + size > options_.segment_size_max) return roll();
    return {};
  }

  Status write_batches(std::span<const AppendGroup> groups, Append& append) {
    const Timestamp arrival = std::max(clock_.now(), last_arrival_);
    while (!groups.empty()) {
      BatchHeader header = next_header(append.summary, arrival);
      std::size_t count = 0;
      std::size_t size = 0;
      for (; count < groups.size() && size + groups[count].body.size() <= kBatchBodyMax; ++count) {
        append.firsts.push_back({header.base.value + header.record_count});
        header.record_count += groups[count].record_count;
        size += groups[count].body.size();
      }
      header.plain_size = header.stored_size = static_cast<std::uint32_t>(size);
      MILLRACE_TRY(write_batch(header, groups.first(count), append));
      groups = groups.subspan(count);
    }
    return {};
  }

  Status write_batch(BatchHeader header, std::span<const AppendGroup> groups, Append& append) {
    std::vector<std::string_view> parts(1);
    for (const AppendGroup& group : groups) parts.push_back(group.body);
    std::string compressed;
    if (options_.compression == LogCompression::kZstd && compress(std::span(parts).subspan(1), compressed)) {
      header.compression = LogCompression::kZstd;
      header.stored_size = static_cast<std::uint32_t>(compressed.size());
      parts.resize(1);
      parts.push_back(compressed);
    }
    std::string head;
    append_header(header, head);
    parts.front() = head;
    const std::uint64_t position = append.summary.size;
    MILLRACE_TRY(active_.file->write_at(position, parts));
    note_batch(header, position, append);
    return {};
  }

  void note_batch(const BatchHeader& header, std::uint64_t position, Append& append) const {
    const auto& entries = append.entries.empty() ? active_.index.entries : append.entries;
    if (needs_entry(entries, header, position, options_.index_distance)) {
      append.entries.push_back({header.base, position, header.arrival});
    }
    append.summary.add(header, position);
  }

  Status sync_active() {
    if (Status status = synced(active_.file->sync_data()); !status) return close_for_good(status.error());
    return {};
  }

  void publish(const Append& append) {
    const std::lock_guard lock(mutex_);
    SegmentIndex& index = active_.index;
    index.summary = append.summary;
    index.entries.insert(index.entries.end(), append.entries.begin(), append.entries.end());
    written_ = append.summary.size;
    time_record_at_.reset();
    last_arrival_ = append.summary.last_arrival;
  }

  // Makes the active segment's end durable and writes its index.
  Status seal_active() {
    if (time_record_at_) {
      MILLRACE_TRY(sync_active());
      // The index promises this time record: it is not overwritten any more.
      time_record_at_.reset();
      const std::lock_guard lock(mutex_);
      active_.index.summary.size = written_;
      active_.index.summary.last_arrival = last_arrival_;
    }
    const SegmentIndex& index = active_.index;
    const Status written = files_.replace_file(folder_, index_file_name(index.summary.base), encode(index));
    if (!written) return forgive_no_space(written.error());
    return {};
  }

  Status roll() {
    pass(FailPoint::kLogBeforeRoll);
    MILLRACE_TRY(seal_active());
    return begin_segment(active_.index.summary.next);
  }

  // Nothing is acknowledged in a segment before its name is durable.
  Status begin_segment(Offset base) {
    const SegmentHeader header{random_segment_id(), base, std::max(clock_.now(), last_arrival_)};
    auto file = create_segment(files_, path(segment_file_name(base)), header);
    if (!file) return forgive_no_space(file.error());
    pass(FailPoint::kLogAfterRollBeforeFolderSync);
    if (Status status = synced(files_.sync_folder(folder_)); !status) return close_for_good(status.error());
    const std::lock_guard lock(mutex_);
    if (active_.file != nullptr) sealed_.push_back({active_.index.summary, nullptr, 0});
    active_.file = std::move(*file);
    active_.index = {empty_segment(header.segment_id, base), {}};
    written_ = kSegmentHeaderSize;
    return {};
  }

  // Nothing at the end; kNotFound before the start.
  Result<std::optional<Place>> find_place(Offset from) const {
    const std::lock_guard lock(mutex_);
    const SegmentSummary& active = active_.index.summary;
    const Offset start = sealed_.empty() ? active.base : sealed_.front().summary.base;
    if (from < start) {
      return fail(ErrorCode::kNotFound, fmt::format("{} starts at offset {}: {} is no longer kept", folder_,
                                                    start.value, from.value));
    }
    if (from >= active.next) return std::nullopt;
    const auto segment =
        std::ranges::find_if(sealed_, [&](const SealedSegment& s) { return from < s.summary.next; });
    if (segment == sealed_.end()) return place_in_active(from);
    return place_in(*segment);
  }

  std::optional<Place> find_place(Timestamp time) const {
    const std::lock_guard lock(mutex_);
    const auto has_it = [&](const SegmentSummary& summary) {
      return summary.records > 0 && summary.newest_record >= time;
    };
    const auto segment =
        std::ranges::find_if(sealed_, [&](const SealedSegment& s) { return has_it(s.summary); });
    if (segment != sealed_.end()) return place_in(*segment);
    if (!has_it(active_.index.summary)) return std::nullopt;
    return place_in_active(time);
  }

  template <typename Target>
  Place place_in_active(Target target) const {
    const SegmentIndex& index = active_.index;
    return {index.summary, active_.file, nullptr, place_of(index.summary, index.entries, target)};
  }

  Place place_in(SealedSegment& segment) const {
    segment.used = ++uses_;
    return {segment.summary, nullptr, segment.open, {}};
  }

  // Nothing when the segment was replaced or removed since the place was found: to be found again.
  template <typename Target>
  Result<std::optional<Source>> open(const Place& place, Target target) const {
    if (place.active_file != nullptr) return Source{place.active_file, place.active_start};
    std::shared_ptr<const OpenSegment> opened = place.open;
    if (opened == nullptr) {
      MILLRACE_ASSIGN(opened, open_sealed(place.summary));
      if (opened == nullptr || !keep_open(place.summary, opened)) return std::nullopt;
    }
    const IndexEntry start = place_of(place.summary, opened->entries, target);
    return Source{std::shared_ptr<const File>(opened, opened->file.get()), start};
  }

  Result<std::shared_ptr<const OpenSegment>> open_sealed(const SegmentSummary& summary) const {
    auto file = files_.open(path(segment_file_name(summary.base)), OpenMode::kRead);
    if (!file) {
      if (file.error().code == ErrorCode::kNotFound) return nullptr;
      return std::unexpected(std::move(file).error());
    }
    std::array<char, kSegmentHeaderSize> bytes;
    MILLRACE_ASSIGN(const std::size_t count, (*file)->read_at(0, bytes));
    const auto header = decode_segment_header({bytes.data(), count});
    if (header && header->segment_id != summary.segment_id) return nullptr;
    auto opened = std::make_shared<OpenSegment>();
    opened->file = std::move(*file);
    opened->entries = read_entries(summary);
    return opened;
  }

  // None when the index is of no use: then reading starts at the beginning of the segment.
  std::vector<IndexEntry> read_entries(const SegmentSummary& summary) const {
    const auto bytes = files_.read_file(path(index_file_name(summary.base)), kSegmentIndexSizeMax);
    if (!bytes) return {};
    auto index = decode_segment_index(*bytes);
    if (!index || index->summary != summary) return {};
    return std::move(index->entries);
  }

  // False when the segment is not the same any more.
  bool keep_open(const SegmentSummary& summary, std::shared_ptr<const OpenSegment> opened) const {
    const std::lock_guard lock(mutex_);
    const auto segment = std::ranges::find_if(sealed_, [&](const auto& s) { return s.summary == summary; });
    if (segment == sealed_.end()) return false;
    segment->open = std::move(opened);
    close_least_used();
    return true;
  }

  void close_least_used() const {
    std::size_t count = 0;
    SealedSegment* least_used = nullptr;
    for (SealedSegment& segment : sealed_) {
      if (segment.open == nullptr) continue;
      ++count;
      if (least_used == nullptr || segment.used < least_used->used) least_used = &segment;
    }
    if (count > kSealedSegmentsOpenMax) least_used->open.reset();
  }

  std::optional<SegmentSummary> find_unneeded(Timestamp oldest, std::uint64_t bytes_max,
                                              Offset pinned) const {
    if (sealed_.empty()) return std::nullopt;
    const SegmentSummary& first = sealed_.front().summary;
    const Timestamp newest = first.records > 0 ? first.newest_record : first.last_arrival;
    const bool is_old = newest < oldest;
    const bool is_beyond_size = bytes_max > 0 && state().bytes - first.size >= bytes_max;
    if (first.next > pinned || (!is_old && !is_beyond_size)) return std::nullopt;
    return first;
  }

  // One after the other, each durably: after a power cut no older one comes back without those behind it.
  Status remove(const SegmentSummary& segment) {
    SealedSegment taken;
    {
      const std::lock_guard lock(mutex_);
      taken = std::move(sealed_.front());
      sealed_.pop_front();
    }
    if (Status removed = files_.remove(path(segment_file_name(segment.base))); !removed) {
      const std::lock_guard lock(mutex_);
      sealed_.push_front(std::move(taken));
      return removed;
    }
    pass(FailPoint::kLogDuringRetention);
    const Status removed = files_.remove(path(index_file_name(segment.base)));
    if (!removed && removed.error().code != ErrorCode::kNotFound) return removed;
    if (Status status = synced(files_.sync_folder(folder_)); !status) return close_for_good(status.error());
    return {};
  }

  Status rewrite(std::size_t which, std::span<const Offset> blanked) {
    const SegmentSummary summary = sealed_[which].summary;
    const std::string name = segment_file_name(summary.base);
    auto index = write_blanked(name, summary, blanked);
    if (!index) return forgive_no_space(index.error());
    pass(FailPoint::kLogBeforeRename);
    if (Status renamed = files_.rename(path(name + ".tmp"), path(name)); !renamed) {
      return forgive_no_space(renamed.error());
    }
    {
      const std::lock_guard lock(mutex_);
      sealed_[which] = {index->summary, nullptr, 0};
    }
    pass(FailPoint::kLogAfterRenameBeforeFolderSync);
    if (Status status = synced(files_.sync_folder(folder_)); !status) return close_for_good(status.error());
    const Status written = files_.replace_file(folder_, index_file_name(summary.base), encode(*index));
    if (!written && written.error().code != ErrorCode::kNoSpace) return close_for_good(written.error());
    return {};
  }

  Result<SegmentIndex> write_blanked(const std::string& name, const SegmentSummary& summary,
                                     std::span<const Offset> blanked) {
    const std::string temporary = path(name + ".tmp");
    MILLRACE_ASSIGN(const auto from, files_.open(path(name), OpenMode::kRead));
    Status removed = files_.remove(temporary);
    if (!removed && removed.error().code != ErrorCode::kNotFound) return std::unexpected(removed.error());
    const SegmentHeader header{random_segment_id(), summary.base, clock_.now()};
    MILLRACE_ASSIGN(const auto to, create_segment(files_, temporary, header));
    auto index = rewrite_segment({*from, summary, *to, header.segment_id, options_.index_distance}, blanked);
    if (!index) {
      (void)files_.remove(temporary);  // gives a full disk its space back; the error that counts is the first
      return std::unexpected(std::move(index).error());
    }
    MILLRACE_TRY(synced(to->sync_data()));
    return index;
  }

  FileSystem& files_;
  const Clock& clock_;
  const std::string folder_;
  const PartitionOptions options_;

  // Of the appending thread alone.
  std::uint64_t written_ = 0;                    // end of what is in the active segment, synced or not
  std::optional<std::uint64_t> time_record_at_;  // position of the last batch, when it may be overwritten
  bool closed_ = false;

  std::atomic<bool> failed_ = false;

  // What readers see. The appending thread alone changes it, and may read it without the lock, but for what
  // readers note about open segments.
  mutable std::mutex mutex_;
  mutable std::deque<SealedSegment> sealed_;
  mutable std::uint64_t uses_ = 0;
  ActiveSegment active_;    // its summary ends where it is durable
  Timestamp last_arrival_;  // of anything
};

}  // namespace

Result<std::unique_ptr<PartitionLog>> PartitionLog::open(FileSystem& files, const Clock& clock,
                                                         std::string folder, const PartitionOptions& options,
                                                         Recovery& recovery) {
  auto log = std::make_unique<SegmentedPartitionLog>(files, clock, std::move(folder), options);
  MILLRACE_TRY(log->recover(recovery));
  return log;
}

}  // namespace millrace
