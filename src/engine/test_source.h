// A source in memory for tests: batches as they were scripted, of files or of a topic's partitions.
#pragma once

#include <fmt/format.h>

#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "engine/source.h"

namespace millrace {

// Visits, as the records of most tests are.
inline const Contract& test_visit_contract() {
  static const Contract contract = [] {
    Contract visits;
    visits.name = "visits";
    visits.version = "1.0.0";
    visits.shape = Shape::kVisits;
    return visits;
  }();
  return contract;
}

inline constexpr Timestamp kTestReceivedAt{1'722'470'400'000'000};  // 2024-08-01T00:00:00Z

struct ScriptedBatch {
  std::string partition;
  std::uint64_t from = 0;
  bool first = true;  // false: the partition has progress already
  std::vector<std::string> records;
  std::uint64_t input_bytes = 1;  // as told; kEpochInputMax fills an epoch
  bool stream = false;            // provenance of a topic's partition instead of a file's
  const Contract* contract = &test_visit_contract();
  std::string header = {};
};

class MemorySource final : public Source {
 public:
  explicit MemorySource(std::vector<ScriptedBatch> batches) : batches_(std::move(batches)) {}

  // Leaves out the batches that are stored: the start of a further run.
  void skip(const std::function<bool(const ScriptedBatch&)>& is_stored) {
    std::erase_if(batches_, is_stored);
  }
  // Called before each batch, under the source's lock.
  void before_each(std::function<void(std::size_t)> call) { before_each_ = std::move(call); }
  // The n-th call of next() fails (from 0).
  void fail_at(std::size_t call) { fail_at_ = call; }

  Result<bool> next(RecordBatch& batch) override {
    const std::lock_guard lock(mutex_);
    if (before_each_) before_each_(next_);
    if (next_ == fail_at_) return fail(ErrorCode::kIo, "told to fail at next");
    if (next_ == batches_.size()) return false;
    fill(batches_[next_++], batch);
    return true;
  }

 private:
  static void fill(const ScriptedBatch& script, RecordBatch& batch) {
    batch.contract = script.contract;
    batch.header = script.header;
    batch.header_line.reset();
    batch.records.clear();
    batch.buffer.clear();
    batch.topic = script.stream ? script.partition : script.contract->name;
    batch.file = script.stream ? "" : script.partition;
    batch.partition = script.stream ? std::optional(7) : std::nullopt;
    batch.received_at = kTestReceivedAt;
    for (const std::string& record : script.records)
      batch.buffer.insert(batch.buffer.end(), record.begin(), record.end());
    batch.buffer.resize(batch.buffer.size() + kRecordPadding, ' ');
    std::size_t at = 0;
    for (std::size_t i = 0; i < script.records.size(); ++i) {
      SourceRecord& record = batch.records.emplace_back();
      record.bytes = {batch.buffer.data() + at, script.records[i].size()};
      record.size = record.bytes.size();
      record.place = static_cast<std::int64_t>(script.stream ? script.from + i : i + 1);
      at += script.records[i].size();
    }
    batch.input_bytes = script.input_bytes;
    batch.progress = {.partition = script.partition,
                      .from = script.from,
                      .to = script.from + script.records.size(),
                      .first = script.first,
                      .load_id = 0,
                      .checksum_before = {},
                      .checksum = {},
                      .unterminated = false};
  }

  std::mutex mutex_;
  std::vector<ScriptedBatch> batches_;
  std::size_t next_ = 0;
  std::size_t fail_at_ = static_cast<std::size_t>(-1);
  std::function<void(std::size_t)> before_each_;
};

}  // namespace millrace
