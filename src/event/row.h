// One flat record as it is stored: the values of its contract's properties, in their order.
//
// All text is borrowed: from the record and from the decoder's buffers, until it decodes the next one.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/time.h"
#include "event/visit.h"
#include "event/vocabulary.h"

namespace millrace {

// Which member holds the value is told by the type of the property.
struct FieldValue {
  bool present = false;
  union {
    std::int64_t integer =
        0;          // kInteger; kDecimal: its units; kTimestamp: its microseconds; kBoolean: 0 or 1
    double number;  // kDouble
  };
  std::string_view text;  // kText
};

struct Row {
  std::uint64_t event_id = 0;  // hash of the contract's name and what the record is known by
  // Of all values that are no part of the identity, and of `extra`; 0 in a contract that goes by position: no
  // row of it can be the same as another.
  std::uint64_t content_hash = 0;
  EventType type = EventType::kPageView;  // of contracts whose rows are events
  std::vector<FieldValue> fields;
  std::string_view extra;  // JSON object of what no property names; a null view when there is none
};

struct DecodedRow {
  bool readable = false;
  Row row;          // meaningless unless readable
  Refusal refusal;  // meaningless if readable; of the whole record
};

}  // namespace millrace
