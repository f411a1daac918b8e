// A CSV record taken apart by the columns that its header names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "event/contract.h"
#include "event/csv_records.h"
#include "event/row_source.h"
#include "event/value_reader.h"

namespace millrace {

class CsvRow : public RowSource {
 public:
  explicit CsvRow(
      const Contract& contract);  // must outlive it; the columns are its properties in their order

  Check set_header(std::string_view header) override;
  Check take_apart(std::string_view record, bool unterminated) override;
  Check read(std::size_t property, FieldValue& out) override;
  std::string_view extra() override;

 private:
  struct UnknownColumn {
    std::string name;
    std::size_t column;
  };

  void bind_in_order();
  Check bind(std::string_view header);
  Check bind_column(std::string_view name, std::size_t column);
  Check check_required() const;

  const Contract* contract_;
  std::vector<ValueReader> readers_;
  CsvFields fields_;
  std::size_t column_count_ = 0;
  std::vector<std::size_t> column_of_;  // of each property; kNoColumn: the header does not name it
  std::vector<UnknownColumn> unknown_;  // in order of their names
  Check header_fault_;
  std::string extra_;
};

}  // namespace millrace
