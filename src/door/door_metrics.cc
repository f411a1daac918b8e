#include "door/door_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace millrace {
namespace {

constexpr auto kDoorNames = std::to_array<std::string_view>({"collect", "pixel", "push"});
constexpr auto kResultNames =
    std::to_array<std::string_view>({"accepted", "dead_letter", "opted_out", "refused_4xx", "refused_5xx"});

void append_family(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

}  // namespace

void DoorMetrics::count(Door door, DoorResult result, std::size_t records, std::size_t bytes) {
  Counts& counts = doors_[static_cast<std::size_t>(door)].by_result[static_cast<std::size_t>(result)];
  counts.requests.fetch_add(1, std::memory_order_relaxed);
  counts.records.fetch_add(records, std::memory_order_relaxed);
  counts.bytes.fetch_add(bytes, std::memory_order_relaxed);
}

void DoorMetrics::count_durable(Door door, DoorResult result, std::size_t records, std::size_t bytes,
                                Timestamp now) {
  count(door, result, records, bytes);
  doors_[static_cast<std::size_t>(door)].last_micros.store(now.micros, std::memory_order_relaxed);
}

std::uint64_t DoorMetrics::requests(Door door, DoorResult result) const {
  return counts(door, result).requests.load(std::memory_order_relaxed);
}

std::uint64_t DoorMetrics::records(Door door, DoorResult result) const {
  return counts(door, result).records.load(std::memory_order_relaxed);
}

std::uint64_t DoorMetrics::bytes(Door door, DoorResult result) const {
  return counts(door, result).bytes.load(std::memory_order_relaxed);
}

void DoorMetrics::append_metrics(std::string& out) const {
  const auto append_counts = [&](std::string_view name, std::string_view help, auto value) {
    append_family(out, name, "counter", help);
    for (std::size_t door = 0; door < kDoorNames.size(); ++door) {
      for (std::size_t result = 0; result < kResultNames.size(); ++result) {
        fmt::format_to(std::back_inserter(out), "{}{{door=\"{}\",result=\"{}\"}} {}\n", name,
                       kDoorNames[door], kResultNames[result],
                       value(static_cast<Door>(door), static_cast<DoorResult>(result)));
      }
    }
  };
  append_counts("millrace_door_requests_total", "Requests to a door by what became of them.",
                [&](Door door, DoorResult result) { return requests(door, result); });
  append_counts("millrace_door_records_total",
                "Records in them; those of a body that cannot be cut are not known.",
                [&](Door door, DoorResult result) { return records(door, result); });
  append_counts("millrace_door_bytes_total", "Bytes of records that are durable, and of bodies that are not.",
                [&](Door door, DoorResult result) { return bytes(door, result); });

  constexpr std::string_view kLast = "millrace_door_last_record_timestamp_seconds";
  append_family(out, kLast, "gauge", "When a record was last made durable; 0: never since the start.");
  for (std::size_t door = 0; door < kDoorNames.size(); ++door) {
    const auto micros = doors_[door].last_micros.load(std::memory_order_relaxed);
    fmt::format_to(std::back_inserter(out), "{}{{door=\"{}\"}} {:.6f}\n", kLast, kDoorNames[door],
                   static_cast<double>(micros) / 1e6);
  }
}

}  // namespace millrace
