// What was refused: found again by reason, file and time, with the exact bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "warehouse/database.h"

namespace millrace {

struct DeadLetterFilter {
  std::string reason;              // empty: any
  std::string file;                // a name as it was loaded, or a pattern with * and ?; empty: any
  std::optional<Timestamp> since;  // received at or after
  std::optional<Timestamp> until;  // received before
  std::optional<std::uint64_t> id;
};

// The SQL of a list of dead letters, newest loads first and in the order of the file: for the result writers.
std::string dead_letter_list_sql(const DeadLetterFilter& filter, std::size_t limit);

// How many there are of each reason.
std::string dead_letter_summary_sql(const DeadLetterFilter& filter);

struct DeadLetter {
  std::uint64_t id = 0;
  std::string reason;
  std::string message;
  std::string unit;
  std::string source;  // where it stood, in words: `visits.jsonl, line 12, event 3`
  std::string received_at;
  std::string status;
  std::string payload;
};

// Hands over each that matches, in the order of its source, without holding them all.
Status each_dead_letter(Connection& connection, const DeadLetterFilter& filter,
                        const std::function<Status(const DeadLetter&)>& each);

}  // namespace millrace
