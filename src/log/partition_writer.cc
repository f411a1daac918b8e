#include "log/partition_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"
#include "base/limits.h"
#include "base/report.h"
#include "log/record_codec.h"

namespace millrace {
namespace {

constexpr std::int64_t kSecondMicros = 1'000'000;

AppendRefusal refusal_of(const Error& error) {
  return error.code == ErrorCode::kNoSpace ? AppendRefusal::kNoSpace : AppendRefusal::kFailed;
}

}  // namespace

PartitionWriter::PartitionWriter(std::string name, Partition partition, const TopicSettings& settings,
                                 std::unique_ptr<PartitionLog> log, KeylessChoice& keyless,
                                 TopicCounters& counters, const LogShared& shared)
    : topic_(std::move(name)),
      partition_(partition),
      settings_(settings),
      log_(std::move(log)),
      keyless_(keyless),
      counters_(counters),
      shared_(shared) {
  MILLRACE_CHECK(log_ != nullptr);
}

// Small appends are encoded straight into a block that they share, which takes the lock for microseconds; a
// large one brings blocks of its own, encoded before it takes the lock.
bool PartitionWriter::add(const std::shared_ptr<PendingAppend>& append, std::span<const NewRecord> records,
                          std::size_t bytes) {
  const std::span<const Position> positions = append->positions();
  MILLRACE_CHECK(records.size() == positions.size());
  const auto encode = [&](auto&& block_with_room) {
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (positions[i].partition != partition_) continue;
      Block& block = block_with_room(encoded_size(records[i]));
      append_record(records[i], block.body);
      ++block.records;
    }
  };
  std::vector<Block> own;
  if (bytes > kAppendBlockSize) {
    std::size_t left = bytes;
    encode([&](std::size_t size) -> Block& {
      if (own.empty() || own.back().body.size() + size > kCommitGroupSize) {
        own.emplace_back().body.reserve(std::min(left, kCommitGroupSize));
      }
      left -= size;
      return own.back();
    });
  }

  const std::lock_guard lock(mutex_);
  Group& group = gathering_group();
  if (bytes > kAppendBlockSize) {
    group.parts.push_back({append, group.blocks.size(), 0});
    for (Block& block : own) {
      group.records += block.records;
      group.blocks.push_back(std::move(block));
    }
  } else {
    const bool shares = !group.blocks.empty() && group.blocks.back().body.size() + bytes <= kAppendBlockSize;
    if (!shares) group.blocks.emplace_back().body.reserve(kAppendBlockSize);
    Block& block = group.blocks.back();
    const std::uint32_t before = block.records;
    group.parts.push_back({append, group.blocks.size() - 1, before});
    encode([&](std::size_t) -> Block& { return block; });
    group.records += block.records - before;
  }
  group.bytes += bytes;
  return wants_turn();
}

PartitionWriter::Group& PartitionWriter::gathering_group() {
  if (groups_.empty() || groups_.back().bytes >= kCommitGroupSize) groups_.emplace_back();
  return groups_.back();
}

// Under the lock.
bool PartitionWriter::wants_turn() {
  return !std::exchange(is_queued_, true);
}

bool PartitionWriter::ask_for_time_record(std::int64_t idle_seconds) {
  const std::lock_guard lock(mutex_);
  if (refusal_) return false;
  time_due_ = idle_seconds;
  return wants_turn();
}

bool PartitionWriter::ask_for_retention() {
  const std::lock_guard lock(mutex_);
  if (refusal_) return false;
  retention_due_ = true;
  return wants_turn();
}

bool PartitionWriter::ask_for_blanking(std::span<const Offset> offsets, std::promise<Status>& blanked) {
  const std::lock_guard lock(mutex_);
  blankings_.push_back({offsets, &blanked});
  return wants_turn();
}

void PartitionWriter::refuse(const Error& why) {
  std::unique_lock lock(mutex_);
  refusal_ = why;
  turn_ended_.wait(lock, [this] { return !on_turn_; });
}

Status PartitionWriter::close() {
  {
    const std::lock_guard lock(mutex_);
    MILLRACE_CHECK(!is_queued_ && groups_.empty());
  }
  return log_->close();
}

PartitionWriter::Turn PartitionWriter::begin_turn() {
  const std::lock_guard lock(mutex_);
  MILLRACE_CHECK(is_queued_ && !on_turn_);
  on_turn_ = true;
  Turn turn;
  if (!groups_.empty()) {
    turn.group = std::move(groups_.front());
    groups_.pop_front();
  }
  turn.idle_seconds = std::exchange(time_due_, std::nullopt);
  turn.retention = std::exchange(retention_due_, false);
  turn.blankings = std::exchange(blankings_, {});
  turn.refusal = refusal_;
  return turn;
}

bool PartitionWriter::end_turn() {
  const std::lock_guard lock(mutex_);
  on_turn_ = false;
  is_queued_ = !groups_.empty() || time_due_ || retention_due_ || !blankings_.empty();
  turn_ended_.notify_all();
  return is_queued_;
}

bool PartitionWriter::take_turn(EndedAppends& ended) {
  Turn turn = begin_turn();
  if (turn.group) {
    keyless_.leave(partition_);
    commit(*turn.group, turn.refusal, ended);
  }
  if (const Status sound = shared_.condition.failed(); turn.refusal || !sound) {
    const Error why = turn.refusal ? *turn.refusal : sound.error();
    for (const Blanking& blanking : turn.blankings) blanking.blanked->set_value(std::unexpected(why));
  } else {
    if (turn.idle_seconds) append_time(*turn.idle_seconds);
    if (turn.retention) retain();
    for (const Blanking& blanking : turn.blankings) blank(blanking);
  }
  return end_turn();
}

Result<std::vector<Offset>> PartitionWriter::store(const Group& group) {
  MILLRACE_TRY(shared_.condition.failed());
  std::vector<AppendGroup> bodies;
  bodies.reserve(group.blocks.size());
  for (const Block& block : group.blocks) bodies.push_back({block.body, block.records});
  const auto start = std::chrono::steady_clock::now();
  auto offsets = log_->append_group(bodies);
  if (!offsets) {
    note_failure(offsets.error());
    return std::unexpected(offsets.error().in("cannot write to " + place()));
  }
  MILLRACE_CHECK(offsets->size() == bodies.size());
  shared_.metrics.count_commit(std::chrono::steady_clock::now() - start, group.records);
  shared_.condition.set_roomy();
  // A sync of another partition may have failed meanwhile: from then on nothing is acknowledged.
  MILLRACE_TRY(shared_.condition.failed());
  return offsets;
}

void PartitionWriter::commit(Group& group, const std::optional<Error>& refusal, EndedAppends& ended) {
  const auto offsets = refusal ? Result<std::vector<Offset>>(std::unexpected(*refusal)) : store(group);
  shared_.budget.give_back(group.bytes);
  if (offsets) {
    counters_.records += group.records;
    counters_.bytes += group.bytes;
    counters_.appends += group.parts.size();
    {
      const std::lock_guard lock(readers_mutex_);  // so that nobody falls asleep between looking and waiting
    }
    arrived_.notify_all();
  } else {
    shared_.metrics.count_refusal(refusal_of(offsets.error()), group.parts.size());
  }
  for (Part& part : group.parts) {
    const bool has_ended =
        offsets
            ? part.append->part_stored(partition_, {(*offsets)[part.block].value + std::int64_t{part.first}})
            : part.append->part_failed(offsets.error());
    if (has_ended) ended.push_back(std::move(part.append));
  }
}

void PartitionWriter::note_failure(const Error& error) {
  if (log_->failed()) {
    shared_.condition.set_failed(error.in(place()));
  } else if (error.code == ErrorCode::kNoSpace) {
    shared_.condition.set_full(error.in("cannot write to " + place()));
  }
}

void PartitionWriter::append_time(std::int64_t idle_seconds) {
  const Timestamp now = shared_.clock.now();
  if (now.micros - log_->state().last_arrival.micros < idle_seconds * kSecondMicros) return;
  if (const Status noted = log_->append_time(now); !noted) note_failure(noted.error());
}

void PartitionWriter::retain() {
  const Timestamp oldest =
      settings_.retention_seconds == 0
          ? kTimestampMin
          : Timestamp{shared_.clock.now().micros - settings_.retention_seconds * kSecondMicros};
  const auto freed = log_->retain(oldest, settings_.retention_bytes, lowest_pin());
  if (!freed) {
    report(Severity::kWarning, "log_retention_failed", freed.error().message,
           {{"topic", topic_}, {"partition", std::int64_t{partition_.value}}});
    note_failure(freed.error());
  } else if (*freed > 0) {
    counters_.deleted_bytes += *freed;
    report(Severity::kInfo, "log_retention", "old segments were removed",
           {{"topic", topic_},
            {"partition", std::int64_t{partition_.value}},
            {"bytes", static_cast<std::int64_t>(*freed)}});
  }
}

void PartitionWriter::blank(const Blanking& blanking) {
  Status blanked = log_->blank(blanking.offsets);
  if (!blanked) note_failure(blanked.error());
  blanking.blanked->set_value(std::move(blanked));
}

bool PartitionWriter::wait_for(Offset from, const std::stop_token& stop,
                               std::chrono::milliseconds timeout) const {
  std::unique_lock lock(readers_mutex_);
  return arrived_.wait_for(lock, stop, timeout, [&] { return log_->state().next > from; });
}

void PartitionWriter::pin(std::string_view reader, Offset offset) {
  const std::lock_guard lock(readers_mutex_);
  pins_.insert_or_assign(std::string(reader), offset);
}

void PartitionWriter::unpin(std::string_view reader) {
  const std::lock_guard lock(readers_mutex_);
  if (const auto found = pins_.find(reader); found != pins_.end()) pins_.erase(found);
}

Offset PartitionWriter::lowest_pin() const {
  const std::lock_guard lock(readers_mutex_);
  Offset lowest{std::numeric_limits<std::int64_t>::max()};
  for (const auto& [reader, offset] : pins_) lowest = std::min(lowest, offset);
  return lowest;
}

PartitionState PartitionWriter::state() const {
  PartitionState state = log_->state();
  if (state.start == state.next) return state;
  {
    const std::lock_guard lock(readers_mutex_);
    if (first_offset_ == state.start) {
      state.first_arrival = first_arrival_;
      return state;
    }
  }
  const auto first = log_->read(state.start, 1);
  if (!first || first->records.empty()) return state;
  const std::lock_guard lock(readers_mutex_);
  first_offset_ = state.start;
  first_arrival_ = first->records.front().arrival;
  state.first_arrival = first_arrival_;
  return state;
}

std::string PartitionWriter::place() const {
  return fmt::format("topic {}, partition {}", topic_, partition_.value);
}

}  // namespace millrace
