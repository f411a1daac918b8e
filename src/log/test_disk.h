// Partitions in memory for tests of what stands above them: they can be held in the middle of a sync, and
// made to fail.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "log/open_topic_log.h"
#include "log/partition_log.h"
#include "log/record_codec.h"

namespace millrace {

// What all partitions of a test share: their contents, by folder, and what is done to them. Outlives them.
class TestDisk {
 public:
  struct Batch {
    Timestamp arrival;
    Offset base;
    std::uint32_t records = 0;
    std::vector<std::string> bodies;  // as they were given
  };
  struct Contents {
    std::vector<Batch> batches;
    std::vector<Timestamp> time_records;
    Offset start;
    Offset next;
    Timestamp last_arrival;
    std::optional<Offset> pinned;  // that the last retention was told
    std::set<Offset> blanked;
    bool is_closed = false;
    bool has_failed = false;
  };

  PartitionOpener opener(const Clock& clock);

  // From now on a sync waits in its middle until release(); how many do.
  void hold() {
    set([this] { is_held_ = true; });
  }
  void release() {
    set([this] { is_held_ = false; });
  }
  void wait_until_held(std::size_t syncs) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_ >= syncs; });
  }

  // What appending says from now on; kNoSpace leaves the partition usable.
  void set_error(std::optional<Error> error) {
    set([&] { error_ = std::move(error); });
  }

  Contents contents(const std::string& folder) {
    const std::lock_guard lock(mutex_);
    return contents_[folder];
  }
  template <typename Condition>
  void wait_until(const std::string& folder, const Condition& condition) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return condition(contents_[folder]); });
  }

 private:
  friend class GatedPartition;

  template <typename Change>
  void set(const Change& change) {
    {
      const std::lock_guard lock(mutex_);
      change();
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Contents> contents_;
  bool is_held_ = false;
  std::size_t held_ = 0;
  std::optional<Error> error_;
};

class GatedPartition final : public PartitionLog {
 public:
  GatedPartition(TestDisk& disk, const Clock& clock, std::string folder)
      : disk_(disk), clock_(clock), folder_(std::move(folder)) {}

  Result<std::vector<Offset>> append_group(std::span<const AppendGroup> groups) override {
    std::unique_lock lock(disk_.mutex_);
    ++disk_.held_;
    disk_.changed_.notify_all();
    disk_.changed_.wait(lock, [this] { return !disk_.is_held_; });
    --disk_.held_;
    if (disk_.error_) {
      if (disk_.error_->code != ErrorCode::kNoSpace) contents().has_failed = true;
      return std::unexpected(*disk_.error_);
    }
    std::vector<Offset> offsets;
    TestDisk::Batch batch{clock_.now(), contents().next, 0, {}};
    for (const AppendGroup& group : groups) {
      offsets.push_back({batch.base.value + batch.records});
      batch.records += group.record_count;
      batch.bodies.emplace_back(group.body);
    }
    contents().next.value += batch.records;
    contents().last_arrival = batch.arrival;
    contents().batches.push_back(std::move(batch));
    disk_.changed_.notify_all();
    return offsets;
  }

  Status append_time(Timestamp now) override {
    disk_.set([&] {
      contents().time_records.push_back(now);
      contents().last_arrival = now;
    });
    return {};
  }

  bool failed() const override {
    const std::lock_guard lock(disk_.mutex_);
    return contents().has_failed;
  }

  Result<ReadBatch> read(Offset from, std::size_t) const override {
    const std::lock_guard lock(disk_.mutex_);
    ReadBatch read;
    read.next = from;
    for (const TestDisk::Batch& batch : contents().batches) {
      std::int64_t offset = batch.base.value;
      for (const std::string& body : batch.bodies) {
        read.buffers.push_back(body);
        BatchHeader header;
        header.base = {offset};
        header.arrival = batch.arrival;
        header.record_count = batch.records;
        BodyReader reader(header, read.buffers.back());
        LogRecord record;
        Gap lost;
        while (reader.next(record, lost) == BodyReader::Found::kRecord) {
          offset = record.offset.value + 1;
          if (record.offset >= from) read.records.push_back(record);
        }
        read.next = {offset};
      }
    }
    return read;
  }

  Result<Offset> offset_at(Timestamp) const override { return Offset{0}; }

  PartitionState state() const override {
    const std::lock_guard lock(disk_.mutex_);
    PartitionState state;
    state.start = contents().start;
    state.next = contents().next;
    state.last_arrival = contents().last_arrival;
    return state;
  }

  Result<std::uint64_t> retain(Timestamp, std::uint64_t, Offset pinned) override {
    disk_.set([&] { contents().pinned = pinned; });
    return 1'000;
  }

  Status blank(std::span<const Offset> offsets) override {
    disk_.set([&] { contents().blanked.insert(offsets.begin(), offsets.end()); });
    return {};
  }

  Status close() override {
    disk_.set([&] { contents().is_closed = true; });
    return {};
  }

 private:
  TestDisk::Contents& contents() const { return disk_.contents_[folder_]; }

  TestDisk& disk_;
  const Clock& clock_;
  const std::string folder_;
};

inline PartitionOpener TestDisk::opener(const Clock& clock) {
  return [this, &clock](std::string folder, const PartitionOptions&,
                        Recovery&) -> Result<std::unique_ptr<PartitionLog>> {
    return std::make_unique<GatedPartition>(*this, clock, std::move(folder));
  };
}

}  // namespace millrace
