#include "app/topic_reading.h"

#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <vector>

#include "app/terminal_text.h"
#include "base/base64.h"
#include "base/json_string.h"

namespace millrace {
namespace {

constexpr std::size_t kReadSize = 1 << 20;
constexpr std::chrono::milliseconds kFollowPeriod{50};  // until another partition is looked at

// A member with the text, or with another name and the bytes in base64 when it is no UTF-8.
void append_bytes(std::string& line, std::string_view name, std::string_view bytes) {
  const bool is_text = is_utf8(bytes);
  fmt::format_to(std::back_inserter(line), R"(,"{}{}":)", name, is_text ? "" : "_base64");
  append_json_string(line, is_text ? std::string(bytes) : base64(bytes));
}

void append_record(std::string& line, std::uint32_t partition, const LogRecord& record) {
  fmt::format_to(std::back_inserter(line), R"({{"partition":{},"offset":{},"arrival":"{}")", partition,
                 record.offset.value, format_timestamp(record.arrival));
  if (record.blanked) {
    line += ",\"blanked\":true}\n";
    return;
  }
  if (!record.key.empty()) append_bytes(line, "key", record.key);
  line += ",\"attributes\":{";
  for (std::size_t i = 0; i < record.attributes.size(); ++i) {
    if (i > 0) line += ',';
    append_json_string(line, record.attributes[i].first);
    line += ':';
    append_json_string(line, record.attributes[i].second);
  }
  line += '}';
  append_bytes(line, "payload", record.payload);
  line += "}\n";
}

class Reading {
 public:
  Reading(const TopicsOptions& options, const TopicLog& log, Session& session)
      : options_(options), log_(log), session_(session) {}

  Result<int> run(const TopicState& topic) {
    MILLRACE_TRY(begin(topic));
    do {
      bool has_read = false;
      for (Cursor& cursor : cursors_) {
        MILLRACE_ASSIGN(const bool read, read_available(cursor));
        has_read |= read;
      }
      if (is_stopped()) return kExitInterrupted;
      if (options_.follow && !has_read && !is_at_limit()) wait();
    } while (options_.follow && !is_at_limit() && !is_stopped());
    return is_stopped() ? kExitInterrupted : kExitOk;
  }

 private:
  struct Cursor {
    Partition partition;
    Offset next;
    Offset end;  // when not following
  };

  bool is_stopped() const { return session_.stop().stop_requested(); }
  bool is_at_limit() const { return options_.limit && written_ >= *options_.limit; }

  Status begin(const TopicState& topic) {
    const auto partitions = static_cast<std::uint32_t>(topic.partitions.size());
    if (options_.partition && *options_.partition >= partitions) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("topic {} has the partitions 0 to {}, and no {}",
                                                           topic.name, partitions - 1, *options_.partition));
    }
    for (std::uint32_t i = 0; i < partitions; ++i) {
      if (options_.partition && *options_.partition != i) continue;
      MILLRACE_ASSIGN(const Offset start, start_in({i}, topic.partitions[i]));
      cursors_.push_back({{i}, start, topic.partitions[i].next});
    }
    return {};
  }

  Result<Offset> start_in(Partition partition, const PartitionState& state) const {
    if (const auto* offset = std::get_if<Offset>(&options_.from)) return *offset;
    if (const auto* time = std::get_if<Timestamp>(&options_.from)) {
      return log_.offset_at(options_.topic, partition, *time);
    }
    return std::get<TopicEnd>(options_.from) == TopicEnd::kEarliest ? state.start : state.next;
  }

  // Whether there was anything.
  Result<bool> read_available(Cursor& cursor) {
    bool has_read = false;
    while (!is_at_limit() && !is_stopped() && (options_.follow || cursor.next < cursor.end)) {
      auto batch = log_.read(options_.topic, cursor.partition, cursor.next, kReadSize);
      if (!batch) {
        MILLRACE_TRY(pass_removed(cursor, batch.error()));
        continue;
      }
      if (batch->next <= cursor.next) break;
      MILLRACE_TRY(write(cursor, *batch));
      cursor.next = batch->next;
      has_read = true;
    }
    return has_read;
  }

  // Goes on at the oldest record when retention has removed what was to come.
  Status pass_removed(Cursor& cursor, const Error& error) {
    if (error.code != ErrorCode::kNotFound) return std::unexpected(error);
    MILLRACE_ASSIGN(const TopicState topic, log_.topic(options_.topic));
    const Offset start = topic.partitions[cursor.partition.value].start;
    if (start <= cursor.next) return std::unexpected(error);
    session_.say("Offsets {} to {} of partition {} are not kept any more.\n", cursor.next.value,
                 start.value - 1, cursor.partition.value);
    cursor.next = start;
    return {};
  }

  Status write(const Cursor& cursor, const ReadBatch& batch) {
    for (const Gap& gap : batch.gaps) {
      session_.say("Offsets {} to {} of partition {} are lost to damage on disk.\n", gap.first.value,
                   gap.end.value - 1, cursor.partition.value);
    }
    std::string text;
    for (const LogRecord& record : batch.records) {
      if (is_at_limit() || (!options_.follow && record.offset >= cursor.end)) break;
      if (options_.raw && record.blanked) continue;
      ++written_;
      if (options_.raw) {
        text += record.payload;
        text += '\n';
      } else {
        append_record(text, cursor.partition.value, record);
      }
    }
    if (session_.out_is_terminal()) text = terminal_text(text);
    return session_.write(text);
  }

  void wait() {
    waiting_ = (waiting_ + 1) % cursors_.size();
    const Cursor& cursor = cursors_[waiting_];
    log_.wait_for(options_.topic, cursor.partition, cursor.next, session_.stop(), kFollowPeriod);
  }

  const TopicsOptions& options_;
  const TopicLog& log_;
  Session& session_;
  std::vector<Cursor> cursors_;
  std::size_t waiting_ = 0;
  std::uint64_t written_ = 0;
};

}  // namespace

Result<int> read_topic(const TopicsOptions& options, const TopicState& topic, const TopicLog& log,
                       Session& session) {
  return Reading(options, log, session).run(topic);
}

}  // namespace millrace
