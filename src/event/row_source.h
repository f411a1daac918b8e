// Where the values of a row come from: a record taken apart into the properties of its contract.
#pragma once

#include <cstddef>
#include <string_view>

#include "event/fault.h"
#include "event/row.h"

namespace millrace {

// Not thread-safe. All views that it gives live until the next take_apart(); the record must live as long.
class RowSource {
 public:
  virtual ~RowSource() = default;

  // See RowDecoder::set_header. Of no meaning to JSON.
  virtual Check set_header(std::string_view header) = 0;

  // `unterminated`: CsvRecord::unterminated. A fault is one of the record as a whole.
  virtual Check take_apart(std::string_view record, bool unterminated) = 0;

  // The value of contract.properties[property]; `out` has none before.
  virtual Check read(std::size_t property, FieldValue& out) = 0;

  // A JSON object of what no property names, a null view when there is none.
  virtual std::string_view extra() = 0;
};

}  // namespace millrace
