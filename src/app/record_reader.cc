#include "app/record_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/limits.h"
#include "event/csv_records.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

constexpr std::size_t kWindowSize = 4 * kRecordSizeMax;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Cut {
  FileRecord record;
  std::size_t length = 0;  // with its line end
  std::size_t lines = 1;
};

std::optional<Cut> cut_line(std::string_view text, bool at_end) {
  const std::size_t newline = text.find('\n');
  if (newline == std::string_view::npos && !at_end) return std::nullopt;
  std::string_view line = text.substr(0, newline);
  const std::size_t length = std::min(line.size() + 1, text.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  return Cut{{.bytes = line}, length, 1};
}

std::optional<Cut> cut_csv(std::string_view text, char delimiter, bool at_end) {
  const auto record = next_csv_record(text, delimiter, at_end);
  if (!record) return std::nullopt;
  return Cut{{.bytes = record->bytes, .unterminated = record->unterminated}, record->length, record->lines};
}

}  // namespace

RecordReader::RecordReader(std::unique_ptr<ByteStream> stream, std::function<Status()> before_waiting)
    : stream_(std::move(stream)),
      before_waiting_(std::move(before_waiting)),
      window_(kWindowSize + kPadding) {}

Result<std::string_view> RecordReader::head() {
  if (!is_started_) {
    MILLRACE_TRY(fill());
    if (rest().starts_with(kByteOrderMark)) begin_ += kByteOrderMark.size();
    is_started_ = true;
  }
  return rest();
}

Result<std::optional<FileRecord>> RecordReader::next(const Contract& contract) {
  MILLRACE_TRY(head());
  pass(std::exchange(passed_, 0), std::exchange(passed_lines_, 0));
  if (skips_line_) MILLRACE_TRY(skip_line());
  for (;;) {
    if (auto record = front(contract)) {
      if (!is_blank_record(record->bytes)) return record;
      pass(std::exchange(passed_, 0), std::exchange(passed_lines_, 0));
      continue;
    }
    if (at_end_) return std::optional<FileRecord>();
    MILLRACE_TRY(fill());
  }
}

// The record at the front of what is there; nothing when more of it has to be read.
std::optional<FileRecord> RecordReader::front(const Contract& contract) {
  const std::string_view text = rest();
  if (text.empty()) return std::nullopt;
  auto cut = contract.format == RecordFormat::kCsv ? cut_csv(text, contract.delimiter, at_end_)
                                                   : cut_line(text, at_end_);
  if (!cut && text.size() < kWindowSize) return std::nullopt;
  if (!cut) {
    cut = Cut{{.bytes = text, .is_cut = true}, text.size(), 0};
    skips_line_ = true;
  }
  cut->record.line = line_;
  passed_ = cut->length;
  passed_lines_ = cut->lines;
  return cut->record;
}

void RecordReader::pass(std::size_t bytes, std::size_t lines) {
  begin_ += bytes;
  line_ += lines;
}

// Moves what is left to the front, and reads as much behind it as fits.
Status RecordReader::fill() {
  std::memmove(window_.data(), window_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const std::size_t wanted = kWindowSize - end_;
  const std::span<char> into(window_.data() + end_, wanted);
  if (before_waiting_) MILLRACE_TRY(before_waiting_());
  MILLRACE_ASSIGN(const std::size_t count,
                  before_waiting_ ? stream_->read_available(into) : stream_->read(into));
  end_ += count;
  at_end_ = before_waiting_ ? count == 0 : count < wanted;
  return {};
}

Status RecordReader::skip_line() {
  skips_line_ = false;
  for (;;) {
    const std::size_t newline = rest().find('\n');
    if (newline != std::string_view::npos) {
      pass(newline + 1, 1);
      return {};
    }
    pass(rest().size(), 0);
    if (at_end_) return {};
    MILLRACE_TRY(fill());
  }
}

}  // namespace millrace
