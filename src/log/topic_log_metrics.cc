#include "log/topic_log_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace millrace {
namespace {

constexpr std::array<std::string_view, kAppendRefusals> kRefusalNames = {"invalid", "unknown_topic",
                                                                         "pending", "no_space", "failed"};

void append_head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

void append_single(std::string& out, std::string_view name, std::string_view type, std::string_view help,
                   std::uint64_t value) {
  append_head(out, name, type, help);
  fmt::format_to(std::back_inserter(out), "{} {}\n", name, value);
}

template <typename Value>
void append_by_topic(std::string& out, std::string_view name, std::string_view type, std::string_view help,
                     std::span<const TopicFigures> topics, const Value& value) {
  append_head(out, name, type, help);
  for (const TopicFigures& topic : topics) {
    fmt::format_to(std::back_inserter(out), "{}{{topic=\"{}\"}} {}\n", name, topic.name, value(topic));
  }
}

template <std::size_t Bounds, typename Counts>
void append_histogram(std::string& out, std::string_view name, std::string_view help,
                      const std::array<double, Bounds>& bounds, const Counts& counts, double sum) {
  append_head(out, name, "histogram", help);
  auto text = std::back_inserter(out);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < Bounds; ++i) {
    count += counts[i];
    fmt::format_to(text, "{}_bucket{{le=\"{}\"}} {}\n", name, bounds[i], count);
  }
  count += counts[Bounds];
  fmt::format_to(text, "{0}_bucket{{le=\"+Inf\"}} {1}\n{0}_sum {2}\n{0}_count {1}\n", name, count, sum);
}

template <std::size_t Bounds>
std::size_t bucket(const std::array<double, Bounds>& bounds, double value) {
  return static_cast<std::size_t>(std::ranges::lower_bound(bounds, value) - bounds.begin());
}

void append_counters(std::string& out, std::span<const TopicFigures> topics) {
  const auto add = [&](std::string_view name, std::string_view help,
                       std::atomic<std::uint64_t> TopicCounters::* counter) {
    append_by_topic(out, name, "counter", help, topics,
                    [&](const TopicFigures& topic) { return (topic.counters->*counter).load(); });
  };
  add("millrace_log_records_total", "Records stored.", &TopicCounters::records);
  add("millrace_log_bytes_total", "Bytes of the records stored, before compression.", &TopicCounters::bytes);
  add("millrace_log_appends_total", "Parts of appends stored, one a partition of an append.",
      &TopicCounters::appends);
  add("millrace_log_deleted_bytes_total", "Bytes that retention has removed.", &TopicCounters::deleted_bytes);
  add("millrace_log_torn_bytes_total", "Bytes cut off at start: written, never acknowledged.",
      &TopicCounters::torn_bytes);
  add("millrace_log_damaged_records_total", "Records found lost to damage at start.",
      &TopicCounters::damaged_records);
}

void append_gauges(std::string& out, const LogFigures& figures) {
  append_by_topic(out, "millrace_log_segments", "gauge", "Segment files.", figures.topics,
                  [](const TopicFigures& topic) { return topic.segments; });
  append_by_topic(out, "millrace_log_kept_bytes", "gauge", "Bytes on disk.", figures.topics,
                  [](const TopicFigures& topic) { return topic.kept_bytes; });
  append_by_topic(out, "millrace_log_kept_records", "gauge", "Records that can be read.", figures.topics,
                  [](const TopicFigures& topic) { return topic.kept_records; });
  append_by_topic(
      out, "millrace_log_oldest_arrival_timestamp_seconds", "gauge",
      "When the oldest record that is kept arrived; 0: there is none.", figures.topics,
      [](const TopicFigures& topic) { return static_cast<double>(topic.oldest_arrival.micros) / 1e6; });
  append_single(out, "millrace_log_pending_bytes", "gauge", "Bytes taken and not yet durable.",
                figures.pending_bytes);
  append_single(out, "millrace_log_failed", "gauge", "1 once a sync has failed: restart.",
                figures.has_failed ? 1 : 0);
  append_single(out, "millrace_log_disk_full", "gauge", "1 while there is no space to write.",
                figures.is_full ? 1 : 0);
}

}  // namespace

void TopicLogMetrics::count_commit(std::chrono::nanoseconds duration, std::uint64_t records) {
  ++by_duration_[bucket(kSeconds, std::chrono::duration<double>(duration).count())];
  ++by_records_[bucket(kRecords, static_cast<double>(records))];
  duration_nanos_ += static_cast<std::uint64_t>(duration.count());
  records_ += records;
}

void TopicLogMetrics::count_refusal(AppendRefusal why, std::uint64_t appends) {
  refusals_[static_cast<std::size_t>(why)] += appends;
}

void TopicLogMetrics::append_prometheus(std::string& out, const LogFigures& figures) const {
  append_counters(out, figures.topics);
  append_gauges(out, figures);
  append_histogram(out, "millrace_log_commit_duration_seconds",
                   "Writing and syncing one group of appends; each is one sync.", kSeconds, by_duration_,
                   static_cast<double>(duration_nanos_) / 1e9);
  append_histogram(out, "millrace_log_commit_records", "Records of one group.", kRecords, by_records_,
                   static_cast<double>(records_));
  append_head(out, "millrace_log_refused_appends_total", "counter", "Appends not taken or not stored.");
  for (std::size_t i = 0; i < kAppendRefusals; ++i) {
    fmt::format_to(std::back_inserter(out), "millrace_log_refused_appends_total{{reason=\"{}\"}} {}\n",
                   kRefusalNames[i], refusals_[i].load());
  }
}

}  // namespace millrace
