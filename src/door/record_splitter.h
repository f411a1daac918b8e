// Cuts the body of a request into records, by its structure alone: no value is parsed, and no byte of a
// record is changed. Whether a record is sound, the engine says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"

namespace millrace {

enum class BodyForm : std::uint8_t {
  kAny,    // a list of records, one object over any number of lines, or a record a line
  kLines,  // a record a line, whatever it starts with
};

struct SplitLimits {
  std::size_t records_max = kRequestEventsMax;
  std::size_t record_size_max = kEventSizeMax;
  std::size_t depth_max = kDepthMax;  // brackets that stand open at once, in a record
};

// Why none of a body is taken.
struct SplitFault {
  enum class Kind : std::uint8_t { kEmpty, kBroken, kTooManyRecords, kRecordTooLarge, kTooDeep };

  Kind kind = Kind::kEmpty;
  std::string message;  // names the byte, from 0, or the limit
};

// Views into `body`, in order: without the blanks around the elements of a list, and without the ends of
// lines (a line's other blanks are part of it). Blank lines are no records. A line that is no JSON is a
// record all the same; a list must be whole.
std::expected<std::vector<std::string_view>, SplitFault> split_records(std::string_view body, BodyForm form,
                                                                       const SplitLimits& limits);

}  // namespace millrace
