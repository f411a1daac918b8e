// A topic log in memory, for tests of those who write and read one: it acknowledges when the test says so,
// and fails when the test says so. Partitions, offsets and order are those of the real one; nothing is
// durable, nothing retained or removed by age.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "log/topic_log.h"

namespace millrace {

// Thread-safe. `done` is called on the thread that appends, or on that which calls acknowledge().
class TestTopicLog final : public TopicLog {
 public:
  struct Record {
    std::string key = {};
    std::string payload = {};
    std::vector<std::pair<std::string, std::string>> attributes = {};
    Timestamp arrival = {};
    Position position = {};
    bool blanked = false;

    // Of that name; "" when there is none.
    std::string attribute(std::string_view name) const {
      const auto found = std::ranges::find(attributes, name, [](const auto& each) { return each.first; });
      return found == attributes.end() ? "" : found->second;
    }
  };

  explicit TestTopicLog(const Clock& clock, std::uint32_t partitions = 4) : clock_(clock) {
    new_topic_.partitions = partitions;
  }

  // The next append that is asked for, of `topic` or of any, is not taken.
  void refuse_next(Error error, std::string topic = "") {
    const std::lock_guard lock(mutex_);
    refusals_.push_back({std::move(topic), std::move(error)});
  }
  // The next append that is taken ends in this.
  void fail_next(Error error) {
    const std::lock_guard lock(mutex_);
    failures_.push_back(std::move(error));
  }
  // From now on appends wait for acknowledge().
  void hold() {
    const std::lock_guard lock(mutex_);
    holds_ = true;
  }
  std::size_t held() const {
    const std::lock_guard lock(mutex_);
    return pending_.size();
  }
  // Commits what waits, and whatever comes from now on at once.
  void acknowledge() {
    std::deque<Pending> pending;
    {
      const std::lock_guard lock(mutex_);
      holds_ = false;
      pending.swap(pending_);
    }
    for (Pending& each : pending) commit(std::move(each));
  }
  void set_create_on_first_use(bool creates) {
    const std::lock_guard lock(mutex_);
    creates_on_first_use_ = creates;
  }

  // All of a topic's records, in the order in which they were committed.
  std::vector<Record> records(std::string_view topic) const {
    const std::lock_guard lock(mutex_);
    const auto found = topics_.find(topic);
    if (found == topics_.end()) return {};
    std::vector<Record> records;
    for (const auto& partition : found->second.partitions) {
      records.insert(records.end(), partition.begin(), partition.end());
    }
    std::ranges::sort(records, {}, [&](const Record& r) { return found->second.order.at(r.position); });
    return records;
  }

  Status create(std::string_view topic, const TopicSettings& settings) override {
    const std::lock_guard lock(mutex_);
    if (topics_.contains(topic)) return fail(ErrorCode::kConflict, "there is a topic of that name");
    make_topic(topic, settings);
    return {};
  }

  Status remove(std::string_view topic) override {
    const std::lock_guard lock(mutex_);
    const auto found = topics_.find(topic);
    if (found == topics_.end()) return no_topic(topic);
    topics_.erase(found);
    return {};
  }

  Result<TopicState> topic(std::string_view name) const override {
    const std::lock_guard lock(mutex_);
    const auto found = topics_.find(name);
    if (found == topics_.end()) return no_topic(name);
    return state_of(found->first, found->second);
  }

  std::vector<TopicState> topics() const override {
    const std::lock_guard lock(mutex_);
    std::vector<TopicState> states;
    for (const auto& [name, topic] : topics_) states.push_back(state_of(name, topic));
    return states;
  }

  Status append(std::string_view topic, std::span<const NewRecord> records, Done done) override {
    Pending pending{std::string(topic), {}, std::move(done)};
    {
      const std::lock_guard lock(mutex_);
      MILLRACE_TRY(take_refusal(topic));
      MILLRACE_TRY(check_topic_name(topic));
      if (!topics_.contains(topic) && !creates_on_first_use_) return no_topic(topic);
      for (const NewRecord& record : records) {
        MILLRACE_TRY(check_record(record));
        pending.records.push_back(copy_of(record));
      }
      if (holds_) {
        pending_.push_back(std::move(pending));
        return {};
      }
    }
    commit(std::move(pending));
    return {};
  }

  Result<ReadBatch> read(std::string_view topic, Partition partition, Offset from,
                         std::size_t bytes_max) const override {
    const std::lock_guard lock(mutex_);
    MILLRACE_ASSIGN(const Records* records, records_of(topic, partition));
    ReadBatch batch;
    batch.next = from;
    std::size_t bytes = 0;
    for (auto i = static_cast<std::size_t>(from.value); i < records->size(); ++i) {
      const Record& record = (*records)[i];
      bytes += record.key.size() + record.payload.size();
      if (bytes > bytes_max && !batch.records.empty()) break;
      batch.records.push_back(read_copy(record, batch.buffers));
      ++batch.next.value;
    }
    return batch;
  }

  Result<Offset> offset_at(std::string_view topic, Partition partition, Timestamp time) const override {
    const std::lock_guard lock(mutex_);
    MILLRACE_ASSIGN(const Records* records, records_of(topic, partition));
    return Offset{std::ranges::lower_bound(*records, time, {}, &Record::arrival) - records->begin()};
  }

  bool wait_for(std::string_view topic, Partition partition, Offset from, std::stop_token stop,
                std::chrono::milliseconds timeout) const override {
    std::unique_lock lock(mutex_);
    return appended_.wait_for(lock, std::move(stop), timeout, [&] {
      const auto records = records_of(topic, partition);
      return records.has_value() && std::ssize(**records) > from.value;
    });
  }

  Status blank(std::string_view topic, Partition partition, std::span<const Offset> offsets) override {
    const std::lock_guard lock(mutex_);
    MILLRACE_TRY(records_of(topic, partition));
    Records& records = topics_.find(topic)->second.partitions[partition.value];
    for (const Offset offset : offsets) {
      if (offset.value < 0 || offset.value >= std::ssize(records)) {
        return fail(ErrorCode::kNotFound, "there is no such offset");
      }
      Record& record = records[static_cast<std::size_t>(offset.value)];
      record = {.arrival = record.arrival, .position = record.position, .blanked = true};
    }
    return {};
  }

  Status pin(std::string_view, Partition, std::string_view, Offset) override { return {}; }
  void unpin(std::string_view, std::string_view) override {}
  Status health() const override { return {}; }
  Status ready() const override { return {}; }
  void append_metrics(std::string&) const override {}

 private:
  using Records = std::vector<Record>;
  struct ByPosition {
    bool operator()(const Position& a, const Position& b) const {
      return std::pair(a.partition, a.offset) < std::pair(b.partition, b.offset);
    }
  };
  struct Topic {
    TopicSettings settings;
    Timestamp created;
    std::vector<Records> partitions;
    std::map<Position, std::size_t, ByPosition> order;
  };
  struct Pending {
    std::string topic;
    Records records;
    Done done;
  };

  static std::unexpected<Error> no_topic(std::string_view name) {
    return fail(ErrorCode::kNotFound, "there is no topic " + std::string(name));
  }

  static Record copy_of(const NewRecord& record) {
    Record copy{.key = std::string(record.key), .payload = std::string(record.payload)};
    for (const auto& [name, value] : record.attributes) copy.attributes.emplace_back(name, value);
    return copy;
  }

  static LogRecord read_copy(const Record& record, std::vector<std::string>& buffers) {
    // A vector that grows moves its strings, and a short string's bytes with it: so each has a buffer of its
    // own, larger than what a string holds within itself.
    const auto keep = [&](std::string_view text) {
      std::string buffer(text);
      buffer.reserve(64);
      return std::string_view(buffers.emplace_back(std::move(buffer)).data(), text.size());
    };
    LogRecord copy;
    copy.offset = record.position.offset;
    copy.arrival = record.arrival;
    copy.blanked = record.blanked;
    copy.key = keep(record.key);
    copy.payload = keep(record.payload);
    for (const auto& [name, value] : record.attributes) copy.attributes.emplace_back(keep(name), keep(value));
    return copy;
  }

  static TopicState state_of(const std::string& name, const Topic& topic) {
    TopicState state{.name = name, .settings = topic.settings, .created = topic.created, .partitions = {}};
    for (const Records& records : topic.partitions) {
      PartitionState partition;
      partition.next = Offset{std::ssize(records)};
      partition.segments = 1;
      if (!records.empty()) partition.last_arrival = records.back().arrival;
      for (const Record& record : records) partition.bytes += record.key.size() + record.payload.size();
      state.partitions.push_back(partition);
    }
    return state;
  }

  Topic& make_topic(std::string_view name, const TopicSettings& settings) {
    Topic& topic = topics_[std::string(name)];
    topic.settings = settings;
    topic.created = clock_.now();
    topic.partitions.resize(settings.partitions);
    return topic;
  }

  Result<const Records*> records_of(std::string_view topic, Partition partition) const {
    const auto found = topics_.find(topic);
    if (found == topics_.end()) return no_topic(topic);
    if (partition.value >= found->second.partitions.size()) {
      return fail(ErrorCode::kNotFound, "there is no such partition");
    }
    return &found->second.partitions[partition.value];
  }

  Status take_refusal(std::string_view topic) {
    const auto found = std::ranges::find_if(
        refusals_, [&](const auto& each) { return each.first.empty() || each.first == topic; });
    if (found == refusals_.end()) return {};
    Error error = std::move(found->second);
    refusals_.erase(found);
    return std::unexpected(std::move(error));
  }

  void commit(Pending pending) {
    Result<std::vector<Position>> positions;
    {
      const std::lock_guard lock(mutex_);
      positions = store(pending);
    }
    appended_.notify_all();
    pending.done(std::move(positions));
  }

  Result<std::vector<Position>> store(Pending& pending) {
    if (!failures_.empty()) {
      Error error = std::move(failures_.front());
      failures_.pop_front();
      return std::unexpected(std::move(error));
    }
    const auto found = topics_.find(pending.topic);
    Topic& topic = found != topics_.end() ? found->second : make_topic(pending.topic, new_topic_);
    const auto count = static_cast<std::uint32_t>(topic.partitions.size());
    const Partition keyless{keyless_++ % count};
    const Timestamp arrival = clock_.now();
    std::vector<Position> positions;
    for (Record& record : pending.records) {
      const Partition partition = record.key.empty() ? keyless : partition_of(record.key, count);
      Records& records = topic.partitions[partition.value];
      record.arrival = arrival;
      record.position = {partition, Offset{std::ssize(records)}};
      topic.order.emplace(record.position, topic.order.size());
      positions.push_back(record.position);
      records.push_back(std::move(record));
    }
    return positions;
  }

  const Clock& clock_;
  TopicSettings new_topic_;
  mutable std::mutex mutex_;  // guards all below
  mutable std::condition_variable_any appended_;
  std::map<std::string, Topic, std::less<>> topics_;
  std::deque<std::pair<std::string, Error>> refusals_;
  std::deque<Error> failures_;
  std::deque<Pending> pending_;
  std::uint32_t keyless_ = 0;
  bool holds_ = false;
  bool creates_on_first_use_ = true;
};

}  // namespace millrace
