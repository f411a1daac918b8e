// How the bytes of a file are laid out as records: JSON lines, or CSV with header lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/source.h"
#include "event/contract.h"
#include "event/csv_records.h"

namespace millrace {

// Safe to share between threads.
class RecordLayout {
 public:
  explicit RecordLayout(const Contract& contract) : contract_(contract) {}

  // The line at the front of `text` that names the columns, if it is one.
  std::optional<CsvRecord> header_at_front(std::string_view text, bool at_end) const;

  // How much of `text` is whole records with their line ends, all under one header: a header line that stands
  // further behind, with a column of the contract first, ends it. What goes on behind `text` is not whole,
  // nor is a last line without newline.
  std::size_t whole_records(std::string_view text, bool at_end) const;

  // Whether a chunk that ended with its file is the start of a record with an open quote, so that whatever
  // was written behind it since belongs to the same record.
  bool may_go_on(std::string_view chunk) const;

  // Takes a chunk of whole records apart; blank lines are none. A header line at its front is passed over,
  // and noted in batch.header_line.
  void split(std::string_view chunk, std::uint64_t first_line, RecordBatch& batch) const;

 private:
  bool is_open_line(std::string_view text) const;
  bool is_csv() const { return contract_.format == RecordFormat::kCsv && !contract_.is_nested(); }
  bool starts_like_header(std::string_view text) const;  // cheap, for every record
  void split_lines(std::string_view chunk, std::int64_t line, RecordBatch& batch) const;
  void split_csv(std::string_view chunk, std::int64_t line, RecordBatch& batch) const;
  void add(std::string_view record, bool unterminated, std::int64_t line, RecordBatch& batch) const;

  const Contract& contract_;
};

}  // namespace millrace
