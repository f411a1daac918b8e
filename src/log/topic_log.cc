#include "log/topic_log.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "base/limits.h"
#include "base/report.h"
#include "log/commit_queue.h"
#include "log/log_condition.h"
#include "log/open_topic_log.h"
#include "log/partition_writer.h"
#include "log/pending_budget.h"
#include "log/record_codec.h"
#include "log/topic_folders.h"
#include "log/topic_log_metrics.h"
#include "log/upkeep_thread.h"

namespace millrace {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kUpkeepPeriod{1'000};

struct Topic {
  explicit Topic(TopicDescription given)
      : description(std::move(given)), keyless(description.settings.partitions) {}

  const TopicDescription description;
  KeylessChoice keyless;
  TopicCounters counters;
  std::vector<std::unique_ptr<PartitionWriter>> partitions;
};

Error unknown(std::string_view topic) {
  return {ErrorCode::kNotFound,
          fmt::format("there is no topic {}; make it with: millrace topics create", topic)};
}

// What an append puts into each partition.
struct Share {
  std::size_t bytes = 0;
  std::uint32_t records = 0;
};

struct Division {
  std::vector<Position> positions;  // the offset is the record's place among those of its partition
  std::array<Share, kTopicPartitionsMax> shares{};
  std::size_t bytes = 0;
  std::uint32_t parts = 0;
};

Division divide(std::span<const NewRecord> records, std::uint32_t partitions, Partition keyless) {
  Division division;
  division.positions.reserve(records.size());
  for (const NewRecord& record : records) {
    const Partition partition = record.key.empty() ? keyless : partition_of(record.key, partitions);
    Share& share = division.shares[partition.value];
    if (share.records == 0) ++division.parts;
    division.positions.push_back({partition, {share.records++}});
    const std::size_t size = encoded_size(record);
    share.bytes += size;
    division.bytes += size;
  }
  return division;
}

class DurableTopicLog final : public TopicLog {
 public:
  DurableTopicLog(FileSystem& files, const Clock& clock, std::string folder, const TopicLogOptions& options,
                  PartitionOpener open_partition)
      : files_(files),
        clock_(clock),
        folder_(std::move(folder)),
        options_(options),
        open_partition_(std::move(open_partition)),
        folders_(files, folder_),
        budget_(options.pending_bytes_max),
        queue_(options.commit_threads) {}
  ~DurableTopicLog() override;

  Status open();

  Status create(std::string_view topic, const TopicSettings& settings) override;
  Status remove(std::string_view topic) override;
  Result<TopicState> topic(std::string_view name) const override;
  std::vector<TopicState> topics() const override;
  Status append(std::string_view topic, std::span<const NewRecord> records, Done done) override;
  Result<ReadBatch> read(std::string_view topic, Partition partition, Offset from,
                         std::size_t bytes_max) const override;
  Result<Offset> offset_at(std::string_view topic, Partition partition, Timestamp time) const override;
  bool wait_for(std::string_view topic, Partition partition, Offset from, std::stop_token stop,
                std::chrono::milliseconds timeout) const override;
  Status blank(std::string_view topic, Partition partition, std::span<const Offset> offsets) override;
  Status pin(std::string_view topic, Partition partition, std::string_view reader, Offset offset) override;
  void unpin(std::string_view topic, std::string_view reader) override;
  Status health() const override;
  Status ready() const override;
  void append_metrics(std::string& out) const override;

 private:
  using TopicPointer = std::shared_ptr<Topic>;
  // Keeps its topic alive.
  using WriterPointer = std::shared_ptr<PartitionWriter>;

  TopicPointer find(std::string_view name) const;
  std::vector<TopicPointer> all_topics() const;
  Result<WriterPointer> find(std::string_view topic, Partition partition) const;
  Result<TopicPointer> find_or_create(std::string_view name);
  Result<TopicPointer> open_topic(const TopicDescription& description);
  Status refused(AppendRefusal why, Error error);
  void enqueue(const TopicPointer& topic, PartitionWriter& writer);
  void keep_up();
  void keep_time();
  void keep_retention();
  void probe_space();

  FileSystem& files_;
  const Clock& clock_;
  const std::string folder_;
  const TopicLogOptions options_;
  const PartitionOpener open_partition_;

  std::mutex changes_;    // held, also while files change, by who creates or removes a topic
  TopicFolders folders_;  // under changes_
  mutable std::shared_mutex topics_mutex_;
  std::map<std::string, TopicPointer, std::less<>> topics_;

  PendingBudget budget_;
  LogCondition condition_;
  TopicLogMetrics metrics_;
  CommitQueue queue_;
  steady_clock::time_point last_time_records_{};
  steady_clock::time_point last_retention_ = steady_clock::now();
  std::unique_ptr<UpkeepThread> upkeep_;  // from open() on
};

TopicState state_of(const Topic& topic) {
  TopicState state{topic.description.name, topic.description.settings, topic.description.created, {}};
  for (const auto& writer : topic.partitions) state.partitions.push_back(writer->state());
  return state;
}

void report_recovery(const TopicDescription& topic, Partition partition, const Recovery& found) {
  for (const std::string& finding : found.findings) {
    report(Severity::kWarning, "log_recovery", finding,
           {{"topic", topic.name}, {"partition", std::int64_t{partition.value}}});
  }
}

Status DurableTopicLog::open() {
  MILLRACE_ASSIGN(const auto found, folders_.open(options_.new_topic, clock_.now()));
  for (const TopicDescription& description : found) {
    MILLRACE_ASSIGN(TopicPointer topic, open_topic(description));
    topics_.emplace(description.name, std::move(topic));
  }
  upkeep_ = std::make_unique<UpkeepThread>(kUpkeepPeriod, [this] { keep_up(); });
  return {};
}

DurableTopicLog::~DurableTopicLog() {
  upkeep_.reset();
  queue_.finish();
  for (const auto& [name, topic] : topics_) {
    for (const auto& writer : topic->partitions) {
      if (const Status closed = writer->close(); !closed) {
        report(Severity::kWarning, "log_close", closed.error().message, {{"topic", name}});
      }
    }
  }
}

Result<DurableTopicLog::TopicPointer> DurableTopicLog::open_topic(const TopicDescription& description) {
  auto topic = std::make_shared<Topic>(description);
  PartitionOptions options = options_.partition;
  options.compression = description.settings.compression;
  for (std::uint32_t i = 0; i < description.settings.partitions; ++i) {
    const Partition partition{i};
    Recovery recovery;
    auto log = open_partition_(folders_.partition_folder(description.name, partition), options, recovery);
    if (!log) {
      return std::unexpected(
          log.error().in(fmt::format("cannot open topic {}, partition {}", description.name, i)));
    }
    report_recovery(description, partition, recovery);
    topic->counters.torn_bytes += recovery.torn_bytes;
    topic->counters.damaged_records += recovery.damaged_records;
    topic->partitions.push_back(std::make_unique<PartitionWriter>(
        description.name, partition, description.settings, std::move(*log), topic->keyless, topic->counters,
        LogShared{clock_, budget_, condition_, metrics_}));
  }
  return topic;
}

DurableTopicLog::TopicPointer DurableTopicLog::find(std::string_view name) const {
  const std::shared_lock lock(topics_mutex_);
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : found->second;
}

std::vector<DurableTopicLog::TopicPointer> DurableTopicLog::all_topics() const {
  const std::shared_lock lock(topics_mutex_);
  std::vector<TopicPointer> all;
  all.reserve(topics_.size());
  for (const auto& [name, topic] : topics_) all.push_back(topic);
  return all;
}

Result<DurableTopicLog::WriterPointer> DurableTopicLog::find(std::string_view topic,
                                                             Partition partition) const {
  TopicPointer found = find(topic);
  if (!found) return std::unexpected(unknown(topic));
  if (partition.value >= found->partitions.size()) {
    return fail(ErrorCode::kNotFound, fmt::format("topic {} has partitions 0 to {}, and no {}", topic,
                                                  found->partitions.size() - 1, partition.value));
  }
  PartitionWriter* writer = found->partitions[partition.value].get();
  return WriterPointer(std::move(found), writer);
}

Status DurableTopicLog::create(std::string_view name, const TopicSettings& settings) {
  MILLRACE_TRY(check_topic_name(name));
  MILLRACE_TRY(check_topic_settings(settings));
  const std::lock_guard changing(changes_);
  if (find(name)) return fail(ErrorCode::kConflict, fmt::format("there is a topic {} already", name));
  if (all_topics().size() >= kTopicsMax) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("there are {} topics already, which is as many as "
                                                         "there may be; delete one with: millrace topics "
                                                         "delete",
                                                         kTopicsMax));
  }
  MILLRACE_TRY(condition_.failed());
  const TopicDescription description{std::string(name), settings, clock_.now()};
  MILLRACE_TRY(folders_.create(description));
  auto topic = open_topic(description);
  if (!topic) {
    (void)folders_.remove(name);
    return std::unexpected(topic.error());
  }
  const std::unique_lock lock(topics_mutex_);
  topics_.emplace(description.name, std::move(*topic));
  return {};
}

Status DurableTopicLog::remove(std::string_view name) {
  const std::lock_guard changing(changes_);
  const TopicPointer topic = find(name);
  if (!topic) return std::unexpected(unknown(name));
  {
    const std::unique_lock lock(topics_mutex_);
    topics_.erase(topics_.find(name));
  }
  const Error gone{ErrorCode::kNotFound, fmt::format("topic {} was deleted", name)};
  for (const auto& writer : topic->partitions) writer->refuse(gone);
  const Status removed = folders_.remove(name);
  if (removed) return {};
  return std::unexpected(removed.error().in(
      fmt::format("topic {} is closed but could not be deleted; restart, then try again", name)));
}

Result<TopicState> DurableTopicLog::topic(std::string_view name) const {
  const TopicPointer found = find(name);
  if (!found) return std::unexpected(unknown(name));
  return state_of(*found);
}

std::vector<TopicState> DurableTopicLog::topics() const {
  std::vector<TopicState> states;
  for (const TopicPointer& topic : all_topics()) states.push_back(state_of(*topic));
  return states;
}

Status DurableTopicLog::refused(AppendRefusal why, Error error) {
  metrics_.count_refusal(why);
  return std::unexpected(std::move(error));
}

Result<DurableTopicLog::TopicPointer> DurableTopicLog::find_or_create(std::string_view name) {
  if (TopicPointer found = find(name)) return found;
  if (!options_.create_on_first_use) return std::unexpected(unknown(name));
  const Status created = create(name, options_.new_topic);
  if (!created && created.error().code != ErrorCode::kConflict) return std::unexpected(created.error());
  if (TopicPointer found = find(name)) return found;
  return std::unexpected(unknown(name));  // and removed again
}

Status DurableTopicLog::append(std::string_view name, std::span<const NewRecord> records, Done done) {
  if (const Status sound = condition_.failed(); !sound) return refused(AppendRefusal::kFailed, sound.error());
  if (records.empty()) {
    return refused(AppendRefusal::kInvalid,
                   {ErrorCode::kInvalidArgument, "an append has at least one record"});
  }
  for (const NewRecord& record : records) {
    if (const Status sound = check_record(record); !sound) {
      return refused(AppendRefusal::kInvalid, sound.error());
    }
  }
  const auto topic = find_or_create(name);
  if (!topic) {
    const AppendRefusal why = topic.error().code == ErrorCode::kNoSpace ? AppendRefusal::kNoSpace
                              : topic.error().code == ErrorCode::kIo    ? AppendRefusal::kFailed
                                                                        : AppendRefusal::kUnknownTopic;
    if (why == AppendRefusal::kNoSpace) condition_.set_full(topic.error());
    return refused(why, topic.error());
  }
  Division division = divide(records, (*topic)->description.settings.partitions, (*topic)->keyless.current());
  if (division.bytes > budget_.bytes_max()) {
    return refused(AppendRefusal::kInvalid,
                   {ErrorCode::kInvalidArgument, fmt::format("an append of {} bytes; at most {} are taken",
                                                             division.bytes, budget_.bytes_max())});
  }
  if (!budget_.take(division.bytes)) {
    return refused(AppendRefusal::kPending,
                   {ErrorCode::kUnavailable, "too much is waiting for the disk: try again"});
  }
  const auto append =
      std::make_shared<PendingAppend>(std::move(division.positions), division.parts, std::move(done));
  for (std::uint32_t i = 0; i < (*topic)->partitions.size(); ++i) {
    if (division.shares[i].records == 0) continue;
    PartitionWriter& writer = *(*topic)->partitions[i];
    if (writer.add(append, records, division.shares[i].bytes)) enqueue(*topic, writer);
  }
  return {};
}

void DurableTopicLog::enqueue(const TopicPointer& topic, PartitionWriter& writer) {
  queue_.push(std::shared_ptr<QueuedWork>(topic, &writer));
}

Result<ReadBatch> DurableTopicLog::read(std::string_view topic, Partition partition, Offset from,
                                        std::size_t bytes_max) const {
  MILLRACE_ASSIGN(const WriterPointer writer, find(topic, partition));
  return writer->log().read(from, bytes_max);
}

Result<Offset> DurableTopicLog::offset_at(std::string_view topic, Partition partition, Timestamp time) const {
  MILLRACE_ASSIGN(const WriterPointer writer, find(topic, partition));
  return writer->log().offset_at(time);
}

bool DurableTopicLog::wait_for(std::string_view topic, Partition partition, Offset from, std::stop_token stop,
                               std::chrono::milliseconds timeout) const {
  const auto writer = find(topic, partition);
  return writer && (*writer)->wait_for(from, stop, timeout);
}

Status DurableTopicLog::blank(std::string_view topic, Partition partition, std::span<const Offset> offsets) {
  MILLRACE_ASSIGN(const WriterPointer writer, find(topic, partition));
  std::promise<Status> blanked;
  if (writer->ask_for_blanking(offsets, blanked)) queue_.push(writer);
  return blanked.get_future().get();
}

Status DurableTopicLog::pin(std::string_view topic, Partition partition, std::string_view reader,
                            Offset offset) {
  MILLRACE_ASSIGN(const WriterPointer writer, find(topic, partition));
  writer->pin(reader, offset);
  return {};
}

void DurableTopicLog::unpin(std::string_view topic, std::string_view reader) {
  const TopicPointer found = find(topic);
  if (!found) return;
  for (const auto& writer : found->partitions) writer->unpin(reader);
}

Status DurableTopicLog::health() const {
  MILLRACE_TRY(condition_.failed());
  const std::chrono::seconds limit(options_.stuck_after_seconds);
  if (queue_.longest_turn() > limit) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the disk has not answered the topic log for more than {} s", limit.count()));
  }
  if (upkeep_->since_last_run() > limit) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the topic log's upkeep has not run for more than {} s", limit.count()));
  }
  return {};
}

Status DurableTopicLog::ready() const {
  MILLRACE_TRY(health());
  MILLRACE_TRY(condition_.full());
  if (budget_.has_room_for(std::min(kRecordSizeMax, budget_.bytes_max()))) return {};
  return fail(ErrorCode::kUnavailable, "too much is waiting for the disk: try again");
}

void DurableTopicLog::append_metrics(std::string& out) const {
  const std::vector<TopicPointer> topics = all_topics();
  std::vector<TopicFigures> figures;
  for (const TopicPointer& topic : topics) {
    TopicFigures& of_topic = figures.emplace_back();
    of_topic.name = topic->description.name;
    of_topic.counters = &topic->counters;
    for (const auto& writer : topic->partitions) {
      const PartitionState state = writer->state();
      of_topic.segments += state.segments;
      of_topic.kept_bytes += state.bytes;
      of_topic.kept_records += static_cast<std::uint64_t>(state.next.value - state.start.value);
      const Timestamp oldest = state.first_arrival;
      const bool is_older = of_topic.oldest_arrival.micros == 0 || oldest < of_topic.oldest_arrival;
      if (oldest.micros != 0 && is_older) of_topic.oldest_arrival = oldest;
    }
  }
  metrics_.append_prometheus(out, {figures, budget_.used(), !condition_.failed(), !condition_.full()});
}

void DurableTopicLog::keep_up() {
  if (condition_.failed()) {
    keep_time();
    keep_retention();
  }
  if (!condition_.full()) probe_space();
}

void DurableTopicLog::keep_time() {
  const std::chrono::seconds period(options_.time_record_seconds);
  const auto now = steady_clock::now();
  if (period.count() == 0 || now - last_time_records_ < period) return;
  last_time_records_ = now;
  for (const TopicPointer& topic : all_topics()) {
    for (const auto& writer : topic->partitions) {
      if (writer->ask_for_time_record(options_.time_record_seconds)) enqueue(topic, *writer);
    }
  }
}

void DurableTopicLog::keep_retention() {
  const auto now = steady_clock::now();
  if (now - last_retention_ < std::chrono::seconds(options_.retention_check_seconds)) return;
  last_retention_ = now;
  for (const TopicPointer& topic : all_topics()) {
    for (const auto& writer : topic->partitions) {
      if (writer->ask_for_retention()) enqueue(topic, *writer);
    }
  }
}

// Those who send nothing while the log is not ready would never show it that there is space again.
void DurableTopicLog::probe_space() {
  const std::string path = folder_ + "/.space-probe";
  (void)files_.remove(path);  // of a process that was killed
  const auto probe = [&]() -> Status {
    MILLRACE_ASSIGN(const std::unique_ptr<File> file, files_.open(path, OpenMode::kCreate));
    const std::string zeros(kSpaceProbeSize, '\0');
    const std::string_view part = zeros;
    MILLRACE_TRY(file->write_at(0, {&part, 1}));
    return file->sync_data();
  };
  const Status probed = probe();
  (void)files_.remove(path);
  if (probed) condition_.set_roomy();
}

}  // namespace

Result<std::unique_ptr<TopicLog>> open_topic_log(FileSystem& files, const Clock& clock, std::string folder,
                                                 const TopicLogOptions& options,
                                                 PartitionOpener open_partition) {
  auto log =
      std::make_unique<DurableTopicLog>(files, clock, std::move(folder), options, std::move(open_partition));
  MILLRACE_TRY(log->open());
  return log;
}

Result<std::unique_ptr<TopicLog>> TopicLog::open(FileSystem& files, const Clock& clock, std::string folder,
                                                 const TopicLogOptions& options) {
  return open_topic_log(
      files, clock, std::move(folder), options,
      [&files, &clock](std::string partition, const PartitionOptions& partition_options, Recovery& recovery) {
        return PartitionLog::open(files, clock, std::move(partition), partition_options, recovery);
      });
}

Result<std::vector<Position>> TopicLog::append_and_wait(std::string_view topic,
                                                        std::span<const NewRecord> records) {
  // Held by the answer as well: this thread may be gone before set_value() has returned.
  const auto answer = std::make_shared<std::promise<Result<std::vector<Position>>>>();
  auto answered = answer->get_future();
  MILLRACE_TRY(append(topic, records, [answer](Result<std::vector<Position>> result) {
    answer->set_value(std::move(result));
  }));
  return answered.get();
}

}  // namespace millrace
