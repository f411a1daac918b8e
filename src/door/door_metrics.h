// What came through the doors, in Prometheus' text format.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/time.h"

namespace millrace {

enum class Door : std::uint8_t { kCollect, kPixel, kPush };

// What became of a request.
enum class DoorResult : std::uint8_t {
  kAccepted,     // durable in the topic that was asked for
  kDeadLetter,   // durable as a dead letter: it could not be read
  kOptedOut,     // the visitor does not want to be counted: not kept
  kRefused,      // the sender's fault: 4xx
  kUnavailable,  // ours, or the disk's: 5xx, and the sender may try again
};

// Thread-safe. As many series as there are doors and results, whatever comes.
class DoorMetrics {
 public:
  // A request that could not be cut into records has none.
  void count(Door door, DoorResult result, std::size_t records, std::size_t bytes);
  // The same for what is durable.
  void count_durable(Door door, DoorResult result, std::size_t records, std::size_t bytes, Timestamp now);

  std::uint64_t requests(Door door, DoorResult result) const;
  std::uint64_t records(Door door, DoorResult result) const;
  std::uint64_t bytes(Door door, DoorResult result) const;

  // Appends millrace_door_{requests,records,bytes}_total and millrace_door_last_record_timestamp_seconds.
  void append_metrics(std::string& out) const;

 private:
  struct Counts {
    std::atomic<std::uint64_t> requests = 0;
    std::atomic<std::uint64_t> records = 0;
    std::atomic<std::uint64_t> bytes = 0;
  };
  struct OfDoor {
    std::array<Counts, 5> by_result;
    std::atomic<std::int64_t> last_micros = 0;
  };

  const Counts& counts(Door door, DoorResult result) const {
    return doors_[static_cast<std::size_t>(door)].by_result[static_cast<std::size_t>(result)];
  }

  std::array<OfDoor, 3> doors_;
};

}  // namespace millrace
