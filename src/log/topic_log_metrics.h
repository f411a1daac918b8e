// What the topic log counts, in Prometheus' text format. Labels are topics, whose number is bounded, and
// enumerations.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace millrace {

// Of one topic, since the log was opened. Thread-safe.
struct TopicCounters {
  std::atomic<std::uint64_t> records = 0;
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<std::uint64_t> appends = 0;
  std::atomic<std::uint64_t> deleted_bytes = 0;  // by retention
  std::atomic<std::uint64_t> torn_bytes = 0;
  std::atomic<std::uint64_t> damaged_records = 0;
};

// A topic at the moment of asking.
struct TopicFigures {
  std::string_view name;
  const TopicCounters* counters = nullptr;
  std::uint64_t segments = 0;
  std::uint64_t kept_bytes = 0;
  std::uint64_t kept_records = 0;
  Timestamp oldest_arrival;  // micros 0: there is no record
};

struct LogFigures {
  std::span<const TopicFigures> topics;
  std::size_t pending_bytes = 0;
  bool has_failed = false;
  bool is_full = false;
};

// Why an append was not taken, or not stored.
enum class AppendRefusal : std::uint8_t { kInvalid, kUnknownTopic, kPending, kNoSpace, kFailed };
inline constexpr std::size_t kAppendRefusals = 5;

// Thread-safe.
class TopicLogMetrics {
 public:
  void count_commit(std::chrono::nanoseconds duration, std::uint64_t records);
  void count_refusal(AppendRefusal why, std::uint64_t appends = 1);

  void append_prometheus(std::string& out, const LogFigures& figures) const;

 private:
  static constexpr std::array kSeconds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                          0.05,   0.1,   0.25,   1.0,   10.0};
  static constexpr std::array kRecords = {1.0, 4.0, 16.0, 64.0, 256.0, 1'024.0, 4'096.0, 16'384.0};

  std::array<std::atomic<std::uint64_t>, kSeconds.size() + 1> by_duration_{};
  std::array<std::atomic<std::uint64_t>, kRecords.size() + 1> by_records_{};
  std::atomic<std::uint64_t> duration_nanos_ = 0;
  std::atomic<std::uint64_t> records_ = 0;
  std::array<std::atomic<std::uint64_t>, kAppendRefusals> refusals_{};
};

}  // namespace millrace
