// A partition against a model of it that is a vector: under any sequence of operations, and under power cuts
// at any step of them.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "log/test_partition.h"

namespace millrace {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kSeeds = 1'000;
#else
constexpr std::uint64_t kSeeds = 10'000;
#endif

struct Command {
  unsigned kind = 0;
  unsigned size = 0;
};

struct ModelRecord {
  std::string payload;
  Timestamp arrival;
  bool blanked = false;
  bool perhaps_blanked = false;  // the power went while it was
};

// Runs commands on a partition and knows what it must hold. Every function returns "" or what is wrong.
class ModelledPartition {
 public:
  explicit ModelledPartition(unsigned options) {
    PartitionOptions& chosen = partition_.options();
    chosen.segment_size_max = 300 + options % 4'000;
    chosen.index_distance = 64 + options % 700;
    chosen.compression = options % 5 == 0 ? LogCompression::kZstd : LogCompression::kNone;
  }

  TestPartition& partition() { return partition_; }

  std::string open() { return check_opened(partition_.try_open()); }

  std::string run(const Command& command) {
    switch (command.kind % 12) {
      case 0:
        partition_.clock().set({partition_.clock().now().micros + command.size});
        return "";
      case 1:
        return append_time(command.size);
      case 2:
        return reopen(command.size % 2 == 0);
      case 3:
        return retain(command.size);
      case 4:
        return blank(command.size);
      case 5:
        return check_offset_at(command.size);
      case 6:
        return check_read(command.size);
      default:
        return append(command.size);
    }
  }

  // Ends the process where it is, and opens what the system still has.
  std::string kill() {
    partition_.disk().go_on();
    start_is_exact_ = false;
    return open();
  }

  // Puts the disk in the state after a power cut, and opens it.
  std::string crash(std::uint64_t seed) {
    partition_.set_disk(partition_.disk().crash(seed));
    start_is_exact_ = false;
    return open();
  }

 private:
  // A failure is right only where the test wants it.
  template <typename T>
  std::string check_failure(const Result<T>& result) {
    return partition_.disk().is_stopped() ? "" : "unexpected failure: " + result.error().message;
  }

  std::string append(unsigned size) {
    const Timestamp arrival = std::max(partition_.clock().now(), last_arrival_);
    std::vector<std::string> bodies(1 + size % 3);
    std::vector<AppendGroup> groups;
    std::vector<Offset> wanted;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      wanted.push_back({static_cast<std::int64_t>(records_.size())});
      const std::size_t count = 1 + (size + i) % 4;
      for (std::size_t k = 0; k < count; ++k) {
        const std::string payload = text(records_.size(), size * (k + 1) % 700);
        append_record({"key", payload, {{"name", payload.substr(0, 9)}}}, bodies[i]);
        records_.push_back({payload, arrival});
      }
      groups.push_back({bodies[i], static_cast<std::uint32_t>(count)});
    }
    const auto offsets = partition_.log().append_group(groups);
    if (!offsets) return check_failure(offsets);
    if (*offsets != wanted) return "the offsets of an append are wrong";
    acknowledged_ = records_.size();
    last_arrival_ = arrival;
    return "";
  }

  std::string append_time(unsigned ahead) {
    const Timestamp now{partition_.clock().now().micros + ahead};
    const Status status = partition_.log().append_time(now);
    if (!status) return check_failure(status);
    last_arrival_ = std::max(last_arrival_, now);
    if (partition_.log().state().last_arrival != last_arrival_) return "a time record says the wrong time";
    return "";
  }

  std::string reopen(bool cleanly) {
    if (cleanly) {
      const Status closed = partition_.log().close();
      if (!closed) return check_failure(closed);
    }
    auto recovery = partition_.try_open();
    if (cleanly && recovery && recovery->scanned_bytes > 0) return "a scan after a clean close";
    return check_opened(std::move(recovery));
  }

  std::string retain(unsigned size) {
    const Timestamp oldest{partition_.clock().now().micros - size % 1'000};
    const Offset pinned{
        static_cast<std::int64_t>(records_.size() - std::min<std::size_t>(records_.size(), size % 5))};
    const auto freed = partition_.log().retain(oldest, size % 2 == 0 ? 0 : size * 10, pinned);
    const std::int64_t start = partition_.log().state().start.value;
    if (start > std::max(pinned.value, start_)) return "a pinned record was removed";
    if (start < start_) return "retention brought records back";
    start_ = start;
    start_is_exact_ = freed.has_value();
    return freed ? "" : check_failure(freed);
  }

  std::string blank(unsigned size) {
    if (records_.empty()) return "";
    std::vector<Offset> offsets;
    for (unsigned i = 0; i < 1 + size % 3; ++i) {
      const auto offset = static_cast<std::int64_t>((size * (i + 1)) % records_.size());
      offsets.push_back({offset});
      if (offset >= start_) records_[static_cast<std::size_t>(offset)].perhaps_blanked = true;
    }
    const Status status = partition_.log().blank(offsets);
    if (!status) return check_failure(status);
    for (const Offset offset : offsets) {
      if (offset.value >= start_) records_[static_cast<std::size_t>(offset.value)].blanked = true;
    }
    return "";
  }

  std::string check_offset_at(unsigned ahead) {
    const Timestamp time{1'000'000 + ahead * 10};
    std::int64_t wanted = start_;
    while (wanted < static_cast<std::int64_t>(records_.size()) && record(wanted).arrival < time) ++wanted;
    const auto found = partition_.log().offset_at(time);
    if (!found) return check_failure(found);
    return found->value == wanted ? "" : fmt::format("offset_at gives {} for {}", found->value, wanted);
  }

  std::string check_read(unsigned bytes_max) {
    const ReadBatch all = partition_.read_all(bytes_max);
    if (!all.gaps.empty()) return "records are lost";
    std::int64_t offset = start_;
    for (const LogRecord& found : all.records) {
      if (found.offset.value != offset)
        return fmt::format("{} in the place of {}", found.offset.value, offset);
      if (std::string wrong = check_record(found); !wrong.empty()) return wrong;
      ++offset;
    }
    return offset == static_cast<std::int64_t>(records_.size()) ? "" : "records are missing at the end";
  }

  std::string check_record(const LogRecord& found) {
    ModelRecord& wanted = record(found.offset.value);
    if (found.arrival != wanted.arrival) return fmt::format("{} arrived otherwise", found.offset.value);
    if (found.blanked) {
      const bool is_empty = found.payload.empty() && found.key.empty() && found.attributes.empty();
      return wanted.perhaps_blanked && is_empty ? "" : fmt::format("{} is blanked", found.offset.value);
    }
    const bool is_same = found.payload == wanted.payload && found.key == "key" &&
                         found.attributes.size() == 1 &&
                         found.attributes.front().second == wanted.payload.substr(0, 9);
    return is_same && !wanted.blanked ? "" : fmt::format("{} has other content", found.offset.value);
  }

  std::string check_opened(const Result<Recovery>& recovery) {
    if (!recovery) return check_failure(recovery);
    if (recovery->damaged_records > 0) return "damage: " + recovery->findings.front();
    const PartitionState state = partition_.log().state();
    const auto next = static_cast<std::size_t>(state.next.value);
    if (next < acknowledged_) return fmt::format("{} of {} are left", next, acknowledged_);
    if (next > records_.size()) return "more than was ever appended";
    if (state.start.value > start_) return "records were removed";
    if (start_is_exact_ && state.start.value < start_) return "removed records are back";
    records_.resize(next);
    acknowledged_ = next;
    start_ = state.start.value;
    start_is_exact_ = true;
    last_arrival_ = state.last_arrival;
    if (!records_.empty() && start_ < state.next.value && last_arrival_ < records_.back().arrival) {
      return "the time of the newest record is forgotten";
    }
    return check_read(1 << 20);
  }

  ModelRecord& record(std::int64_t offset) { return records_[static_cast<std::size_t>(offset)]; }

  static std::string text(std::size_t seed, std::size_t size) {
    std::string made = fmt::format("{}:", seed);
    while (made.size() < size) made += static_cast<char>('a' + (seed + made.size() * made.size()) % 26);
    return made;
  }

  TestPartition partition_;
  std::vector<ModelRecord> records_;  // by offset: all that were ever given to it
  std::size_t acknowledged_ = 0;
  std::int64_t start_ = 0;
  bool start_is_exact_ = true;  // a power cut can undo a removal
  Timestamp last_arrival_;
};

RC_GTEST_PROP(PartitionModel, BehavesAsAVectorUnderAnyOperations,
              (unsigned options, const std::vector<std::pair<unsigned, unsigned>>& commands)) {
  ModelledPartition partition(options);
  RC_ASSERT(partition.open() == "");
  for (const auto& [kind, size] : commands) RC_ASSERT(partition.run({kind, size % 5'000}) == "");
  RC_ASSERT(partition.run({2, 1}) == "");
}

std::string run_crash_seed(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  ModelledPartition partition(static_cast<unsigned>(random()));
  for (int life = 0; life < 3; ++life) {
    partition.partition().disk().stop_after(random() % 60);
    std::string wrong = life == 0 ? partition.open() : "";
    while (wrong.empty() && !partition.partition().disk().is_stopped()) {
      wrong = partition.run({static_cast<unsigned>(random()), static_cast<unsigned>(random() % 5'000)});
    }
    if (wrong.empty()) wrong = random() % 3 == 0 ? partition.kill() : partition.crash(random());
    if (!wrong.empty()) return fmt::format("life {}: {}", life, wrong);
  }
  return "";
}

TEST(PartitionCrash, WhatWasAcknowledgedOutlivesKillsAndPowerCutsAtAnyStep) {
  const char* chosen = std::getenv("MILLRACE_SEED");
  const std::uint64_t first = chosen == nullptr ? 1 : std::strtoull(chosen, nullptr, 10);
  const std::uint64_t count = chosen == nullptr ? kSeeds : 1;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::string wrong = run_crash_seed(seed);
    ASSERT_EQ(wrong, "") << "repeat it with: MILLRACE_SEED=" << seed
                         << " log_test --gtest_filter=PartitionCrash.*";
  }
}

}  // namespace
}  // namespace millrace
