// A partition in memory for tests, with all that stands around it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/crash_file_system.h"
#include "log/partition_log.h"
#include "log/record_codec.h"

namespace millrace {

inline std::string encode_records(std::span<const std::string> payloads) {
  std::string body;
  for (const std::string& payload : payloads) append_record({"", payload}, body);
  return body;
}

class TestPartition {
 public:
  TestPartition() : disk_(std::make_unique<CrashFileSystem>()) { files_ = disk_.get(); }

  // What stands between the log and the disk, for faults.
  void put_before_disk(FileSystem& files) { files_ = &files; }
  CrashFileSystem& disk() { return *disk_; }
  void set_disk(std::unique_ptr<CrashFileSystem> disk) {
    log_.reset();
    disk_ = std::move(disk);
    files_ = disk_.get();
  }

  PartitionOptions& options() { return options_; }
  ManualClock& clock() { return clock_; }
  PartitionLog& log() { return *log_; }

  Result<Recovery> try_open() {
    log_.reset();
    Recovery recovery;
    auto log = PartitionLog::open(*files_, clock_, kFolder, options_, recovery);
    if (!log) return std::unexpected(log.error());
    log_ = std::move(*log);
    return recovery;
  }

  Recovery open() {
    auto recovery = try_open();
    EXPECT_TRUE(recovery.has_value()) << recovery.error().message;
    return recovery.value_or(Recovery{});
  }

  // As after a kill: what is not closed stays as it is.
  Recovery reopen() { return open(); }

  Result<std::vector<Offset>> try_append(std::span<const std::string> payloads) {
    const std::string body = encode_records(payloads);
    const std::array groups = {AppendGroup{body, static_cast<std::uint32_t>(payloads.size())}};
    return log_->append_group(groups);
  }

  // Returns the offset of the first; -1 when it was refused.
  std::int64_t append(const std::vector<std::string>& payloads) {
    const auto offsets = try_append(payloads);
    EXPECT_TRUE(offsets.has_value()) << offsets.error().message;
    return offsets ? offsets->front().value : -1;
  }

  // All that can be read, in order.
  ReadBatch read_all(std::size_t bytes_max = 1 << 20) const {
    ReadBatch all;
    all.next = log_->state().start;
    while (all.next < log_->state().next) {
      auto batch = log_->read(all.next, bytes_max);
      EXPECT_TRUE(batch.has_value()) << batch.error().message;
      if (!batch || batch->next <= all.next) break;
      all.next = batch->next;
      std::ranges::move(batch->records, std::back_inserter(all.records));
      std::ranges::move(batch->gaps, std::back_inserter(all.gaps));
      std::ranges::move(batch->buffers, std::back_inserter(all.buffers));
    }
    return all;
  }

  std::vector<std::string> payloads() const {
    std::vector<std::string> found;
    for (const LogRecord& record : read_all().records) found.emplace_back(record.payload);
    return found;
  }

  std::string file(std::string_view name) const {
    auto bytes = disk_->read_file(path(name), 64 << 20);
    EXPECT_TRUE(bytes.has_value()) << bytes.error().message;
    return bytes.value_or("");
  }

  // Puts these bytes into a file, durably; for damage.
  void put_file(std::string_view name, std::string_view bytes) {
    (void)disk_->remove(path(name));
    const auto made = disk_->open(path(name), OpenMode::kCreate);
    const std::array parts = {bytes};
    EXPECT_TRUE((*made)->write_at(0, parts) && (*made)->sync_data() && disk_->sync_folder(kFolder));
  }

  void remove_file(std::string_view name) { EXPECT_TRUE(disk_->remove(path(name))); }

  std::vector<std::string> names() const {
    auto names = disk_->list(kFolder);
    EXPECT_TRUE(names.has_value());
    return names.value_or(std::vector<std::string>{});
  }

  static std::string path(std::string_view name) { return std::string(kFolder) + "/" + std::string(name); }
  static constexpr const char* kFolder = "/partition";

 private:
  std::unique_ptr<CrashFileSystem> disk_;
  FileSystem* files_ = nullptr;
  ManualClock clock_{{1'000'000}};
  PartitionOptions options_;
  std::unique_ptr<PartitionLog> log_;
};

}  // namespace millrace
