// Cuts CSV text into records and fields after RFC 4180: fields in double quotes may hold delimiters, newlines
// and doubled quotes. Beyond it: lines may end with \n, and a quote inside a field that does not start with
// one is text.
//
// A quote that is never closed, or closed in the middle of a field, would swallow what follows: only its
// first line is given up, and the next line starts a record.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

struct CsvRecord {
  std::string_view bytes;     // without the line end
  std::size_t length = 0;     // with it
  std::size_t lines = 1;      // how many lines it covers
  bool unterminated = false;  // its first line only: see above
};

// The record at the front of `text`, which is not empty. Nothing when it goes on behind `text` and more may
// come (`at_end` is false): ask again with more. A record with quotes is unterminated when it has more than
// kRecordSizeMax bytes. The same bytes give the same record however much of what follows is there.
std::optional<CsvRecord> next_csv_record(std::string_view text, char delimiter, bool at_end);

// The fields of one record. Not thread-safe.
class CsvFields {
 public:
  explicit CsvFields(char delimiter) : delimiter_(delimiter) {}

  // Quotes are removed; a field with doubled quotes is unescaped into memory that lives until the next call,
  // others point into `record`. False when a quote is not closed, or closed in the middle of a field.
  bool split(std::string_view record);

  const std::vector<std::string_view>& fields() const { return fields_; }

 private:
  std::size_t add_quoted(std::string_view record, std::size_t open);

  char delimiter_;
  std::vector<std::string_view> fields_;
  std::deque<std::string> unescaped_;  // stable while it grows; kept from record to record
  std::size_t unescaped_count_ = 0;
};

}  // namespace millrace
