#include "app/topics_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "app/number_text.h"
#include "app/text_table.h"
#include "app/topic_reading.h"
#include "base/json_string.h"
#include "base/nearest_word.h"

namespace millrace {
namespace {

std::uint64_t records_in(const PartitionState& state) {
  return static_cast<std::uint64_t>(state.next.value - state.start.value);
}

// Of the newest record, which a time record may stand behind; micros 0 when there is none.
Timestamp newest_arrival(const TopicLog& log, std::string_view topic, std::uint32_t partition,
                         const PartitionState& state) {
  if (records_in(state) == 0) return {};
  const auto last = log.read(topic, {partition}, {state.next.value - 1}, 1);
  return last && !last->records.empty() ? last->records.back().arrival : Timestamp();
}

struct Contents {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  Timestamp oldest;
  Timestamp newest;

  void add(const Contents& other) {
    records += other.records;
    bytes += other.bytes;
    if (other.oldest.micros != 0 && (oldest.micros == 0 || other.oldest < oldest)) oldest = other.oldest;
    newest = std::max(newest, other.newest);
  }
};

Contents contents_of(const TopicLog& log, const TopicState& topic, std::uint32_t partition) {
  const PartitionState& state = topic.partitions[partition];
  return {records_in(state), state.bytes, state.first_arrival,
          newest_arrival(log, topic.name, partition, state)};
}

Contents contents_of(const TopicLog& log, const TopicState& topic) {
  Contents all;
  for (std::uint32_t i = 0; i < topic.partitions.size(); ++i) all.add(contents_of(log, topic, i));
  return all;
}

std::string arrival_text(Timestamp arrival) {
  return arrival.micros == 0 ? "-" : format_timestamp(arrival);
}

std::string arrival_json(Timestamp arrival) {
  return arrival.micros == 0 ? "null" : json_quoted(format_timestamp(arrival));
}

std::string retention_text(const TopicSettings& settings) {
  std::string text = settings.retention_seconds == 0 ? "for ever" : duration_text(settings.retention_seconds);
  if (settings.retention_bytes > 0) {
    text += fmt::format(", at most {} a partition", size_text(settings.retention_bytes));
  }
  return text;
}

std::string_view compression_text(const TopicSettings& settings) {
  return settings.compression == LogCompression::kZstd ? "zstd" : "none";
}

std::string contents_json(const Contents& contents) {
  return fmt::format(R"("records":{},"bytes":{},"oldest":{},"newest":{})", contents.records, contents.bytes,
                     arrival_json(contents.oldest), arrival_json(contents.newest));
}

std::string settings_json(const TopicState& topic) {
  return fmt::format(R"("created":{},"retention_seconds":{},"retention_bytes":{},"compression":"{}")",
                     json_quoted(format_timestamp(topic.created)), topic.settings.retention_seconds,
                     topic.settings.retention_bytes, compression_text(topic.settings));
}

Status list(const TopicLog& log, bool json, Session& session) {
  TextTable table(
      {{"topic"}, {"partitions", true}, {"records", true}, {"size", true}, {"oldest"}, {"newest"}, {"kept"}});
  std::string lines;
  for (const TopicState& topic : log.topics()) {
    const Contents contents = contents_of(log, topic);
    lines += fmt::format(R"({}{{"topic":"{}","partitions":{},{},{}}})", lines.empty() ? "" : ",", topic.name,
                         topic.partitions.size(), contents_json(contents), settings_json(topic));
    table.add({topic.name, fmt::format("{}", topic.partitions.size()), with_commas(contents.records),
               size_text(contents.bytes), arrival_text(contents.oldest), arrival_text(contents.newest),
               retention_text(topic.settings)});
  }
  return session.write(json ? "[" + lines + "]\n" : table.text());
}

std::string shown_as_json(const TopicLog& log, const TopicState& topic) {
  std::string partitions;
  for (std::uint32_t i = 0; i < topic.partitions.size(); ++i) {
    const PartitionState& state = topic.partitions[i];
    partitions += fmt::format(R"({}{{"partition":{},"start":{},"next":{},"segments":{},{}}})",
                              i == 0 ? "" : ",", i, state.start.value, state.next.value, state.segments,
                              contents_json(contents_of(log, topic, i)));
  }
  return fmt::format(R"({{"topic":"{}",{},{},"partitions":[{}]}})", topic.name,
                     contents_json(contents_of(log, topic)), settings_json(topic), partitions) +
         "\n";
}

std::string shown_as_table(const TopicLog& log, const TopicState& topic) {
  TextTable table({{"partition", true},
                   {"records", true},
                   {"from offset", true},
                   {"next offset", true},
                   {"segments", true},
                   {"size", true},
                   {"oldest"},
                   {"newest"}});
  for (std::uint32_t i = 0; i < topic.partitions.size(); ++i) {
    const PartitionState& state = topic.partitions[i];
    const Contents contents = contents_of(log, topic, i);
    table.add({fmt::format("{}", i), with_commas(contents.records), fmt::format("{}", state.start.value),
               fmt::format("{}", state.next.value), fmt::format("{}", state.segments),
               size_text(contents.bytes), arrival_text(contents.oldest), arrival_text(contents.newest)});
  }
  return fmt::format("topic        {}\ncreated      {}\nkept         {}\ncompression  {}\n\n{}", topic.name,
                     format_timestamp(topic.created), retention_text(topic.settings),
                     compression_text(topic.settings), table.text());
}

// kNotFound with the name that may have been meant.
Result<TopicState> find_topic(const TopicLog& log, const std::string& name) {
  auto topic = log.topic(name);
  if (topic || topic.error().code != ErrorCode::kNotFound) return topic;
  std::vector<std::string> names;
  for (TopicState& each : log.topics()) names.push_back(std::move(each.name));
  const auto near = nearest_word(name, names);
  return fail(ErrorCode::kNotFound, fmt::format("there is no topic {}{}; see millrace topics list", name,
                                                near ? "; did you mean " + *near + "?" : ""));
}

Result<int> remove(const TopicsOptions& options, TopicLog& log, Session& session) {
  MILLRACE_ASSIGN(const TopicState topic, find_topic(log, options.topic));
  const Contents contents = contents_of(log, topic);
  const std::string what = fmt::format("topic {} with {} records, {}", topic.name,
                                       with_commas(contents.records), size_text(contents.bytes));
  if (!options.confirmed) {
    MILLRACE_TRY(session.print("would delete {}; nothing is deleted without --confirm DELETE\n", what));
    return kExitOk;
  }
  MILLRACE_TRY(log.remove(options.topic));
  MILLRACE_TRY(session.print("deleted {}\n", what));
  return kExitOk;
}

Result<int> create(const TopicsOptions& options, TopicLog& log, Session& session) {
  MILLRACE_TRY(log.create(options.topic, options.settings));
  MILLRACE_TRY(session.print("created topic {} with {} partition{}, kept {}\n", options.topic,
                             options.settings.partitions, options.settings.partitions == 1 ? "" : "s",
                             retention_text(options.settings)));
  return kExitOk;
}

}  // namespace

Result<int> topics(const TopicsOptions& options, TopicLog& log, Session& session) {
  switch (options.action) {
    case TopicsOptions::Action::kCreate:
      return create(options, log, session);
    case TopicsOptions::Action::kList:
      MILLRACE_TRY(list(log, options.json, session));
      return kExitOk;
    case TopicsOptions::Action::kShow: {
      MILLRACE_ASSIGN(const TopicState topic, find_topic(log, options.topic));
      MILLRACE_TRY(session.write(options.json ? shown_as_json(log, topic) : shown_as_table(log, topic)));
      return kExitOk;
    }
    case TopicsOptions::Action::kRead: {
      MILLRACE_ASSIGN(const TopicState topic, find_topic(log, options.topic));
      return read_topic(options, topic, log, session);
    }
    case TopicsOptions::Action::kDelete:
      break;
  }
  return remove(options, log, session);
}

}  // namespace millrace
