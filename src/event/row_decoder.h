// Reads flat records (CSV records, JSON objects) by a contract: one path for every shape but visits.
//
// A record is refused whole, with the first rule that it breaks in the order of the contract's properties,
// whatever the order of columns or members.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/time.h"
#include "event/contract.h"
#include "event/fault.h"
#include "event/row.h"

namespace millrace {

// Not thread-safe: one decoder a thread.
class RowDecoder {
 public:
  // Bytes that must be readable (whatever they hold) behind each record.
  static constexpr std::size_t kPadding = 64;

  explicit RowDecoder(const Contract& contract);  // must outlive the decoder; not nested
  ~RowDecoder();
  RowDecoder(RowDecoder&&) noexcept;

  // CSV: what the columns of the records to come are, as their header line says, or in the order of the
  // contract when it is empty. kHeaderChanged when the header lacks a column that is required, names one
  // twice, or is no line of CSV: then every record is refused with that fault until the next header.
  Check set_header(std::string_view header);

  // `position_id` is the record's identity in a contract that goes by position, else not looked at. `arrival`
  // bounds event times from above (base/limits.h: kFutureHorizonMicros). `unterminated`:
  // CsvRecord::unterminated. The result and all views in it live until the next call; `record` must live as
  // long. Never fails: what is wrong with the record is in the result.
  const DecodedRow& decode(std::string_view record, Timestamp arrival, std::uint64_t position_id,
                           bool unterminated = false);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Whether a CSV record names columns of the contract: every property that is required (where none is: at
// least half of its fields), or its first field and most of the others.
bool is_csv_header(std::string_view record, const Contract& contract);

}  // namespace millrace
