// Points in time: microseconds since 1970-01-01T00:00:00Z, always UTC.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

struct Timestamp {
  std::int64_t micros = 0;

  friend auto operator<=>(Timestamp, Timestamp) = default;
};

// The years 0000 to 9999, which four digits can write: all times that are read lie between them.
inline constexpr Timestamp kTimestampMin{-62'167'219'200'000'000};
inline constexpr Timestamp kTimestampMax{253'402'300'799'999'999};

// Reads ISO 8601: `2024-07-01T09:00:00`, with a blank for the T, a fraction of up to nine digits (cut to
// microseconds) and a zone (`Z`, `+02:00`, `+0200`, `+02`). A time without zone is UTC. A date alone is its
// midnight. Nothing else is accepted, no date that the calendar does not have, and
// nothing outside of the years 0000 to 9999 in UTC.
std::optional<Timestamp> parse_timestamp(std::string_view text);

// `2024-07-01T09:00:00Z`, with a fraction only when there is one. parse_timestamp reads it back.
std::string format_timestamp(Timestamp time);

}  // namespace millrace
