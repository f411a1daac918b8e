// The records of a file one after the other, for commands that look at a file without storing it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/contract.h"
#include "warehouse/byte_stream.h"

namespace millrace {

struct FileRecord {
  std::string_view bytes;     // without the line end; kPadding bytes behind it are readable
  std::uint64_t line = 0;     // where it starts, from 1
  bool unterminated = false;  // CsvRecord::unterminated
  bool is_cut = false;        // only its start: it has more than kRecordSizeMax bytes
};

// Not thread-safe. Memory: one window of a few MiB, whatever the file.
class RecordReader {
 public:
  static constexpr std::size_t kPadding = 64;

  // With `before_waiting`, records are given as they come rather than when there is a window of them; it is
  // called when those at hand are used up, and its error is next()'s.
  explicit RecordReader(std::unique_ptr<ByteStream> stream, std::function<Status()> before_waiting = {});

  // The start of the file, without a byte order mark; before the first next().
  Result<std::string_view> head();

  // The next record that is not blank; nothing at the end. It lives until the next call.
  Result<std::optional<FileRecord>> next(const Contract& contract);

 private:
  Status fill();
  std::string_view rest() const { return {window_.data() + begin_, end_ - begin_}; }
  std::optional<FileRecord> front(const Contract& contract);
  void pass(std::size_t bytes, std::size_t lines);
  Status skip_line();

  std::unique_ptr<ByteStream> stream_;
  std::function<Status()> before_waiting_;
  std::vector<char> window_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool at_end_ = false;
  bool is_started_ = false;
  bool skips_line_ = false;  // what is left of a record that was cut
  std::size_t passed_ = 0;   // bytes of the record that was given last
  std::size_t passed_lines_ = 0;
  std::uint64_t line_ = 1;
};

}  // namespace millrace
