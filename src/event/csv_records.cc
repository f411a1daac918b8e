#include "event/csv_records.h"

#include <algorithm>
#include <cstring>

#include "base/limits.h"

namespace millrace {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kQuotedLengthMax = kRecordSizeMax + 2;  // with \r\n

// std::string_view::find calls memchr as well, but not inline.
std::size_t find_from(std::string_view text, char c, std::size_t from) {
  if (from == text.size()) return kNone;  // an empty text may be nowhere, which memchr does not take
  const void* const found = std::memchr(text.data() + from, c, text.size() - from);
  return found == nullptr ? kNone : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

// The position of the quote that closes the field whose inside starts at `from`.
std::size_t find_closing_quote(std::string_view text, std::size_t from) {
  for (;;) {
    const std::size_t quote = find_from(text, '"', from);
    if (quote == kNone || quote + 1 == text.size() || text[quote + 1] != '"') return quote;
    from = quote + 2;
  }
}

CsvRecord record_up_to(std::string_view text, std::size_t newline) {
  const bool ended = newline != kNone;
  std::string_view bytes = text.substr(0, newline);
  if (ended && bytes.ends_with('\r')) bytes.remove_suffix(1);
  return {.bytes = bytes, .length = ended ? newline + 1 : text.size()};
}

// Where the record ends whose first line holds a quote.
class QuotedRecordWalk {
 public:
  enum class Outcome { kEnded, kBroken, kGoesOn };

  QuotedRecordWalk(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

  Outcome walk() {
    for (;;) {
      if (at_ == text_.size() || text_[at_] != '"') {
        if (!skip_plain_field()) return end_at(line_end());
      } else {
        const std::size_t close = find_closing_quote(text_, at_ + 1);
        if (close == kNone) return Outcome::kGoesOn;
        at_ = close + 1;
        if (ends_line()) return end_at(line_end());
        if (at_ == text_.size() || text_.substr(at_) == "\r") return Outcome::kGoesOn;
        if (text_[at_] != delimiter_) return Outcome::kBroken;
        ++at_;
      }
    }
  }

  std::size_t newline() const { return newline_; }  // of a record that ended

  // Whether the record is whole if nothing follows the text.
  bool is_whole_at_end() const { return at_ == text_.size(); }

 private:
  // Goes to the start of the next field; false when there is none on this line.
  bool skip_plain_field() {
    const std::size_t end = line_end();
    const std::size_t delimiter = find_from(text_.substr(0, end), delimiter_, at_);
    if (delimiter == kNone) return false;
    at_ = delimiter + 1;
    return true;
  }

  // Of the line that holds at_; found once a line.
  std::size_t line_end() {
    if (line_end_ == kNone || line_end_ < at_)
      line_end_ = std::min(find_from(text_, '\n', at_), text_.size());
    return line_end_;
  }

  bool ends_line() const {
    const std::string_view rest = text_.substr(at_);
    return rest.starts_with('\n') || rest.starts_with("\r\n");
  }

  Outcome end_at(std::size_t line_end) {
    at_ = line_end;
    if (line_end == text_.size()) return Outcome::kGoesOn;
    newline_ = line_end;
    return Outcome::kEnded;
  }

  std::string_view text_;
  char delimiter_;
  std::size_t at_ = 0;
  std::size_t line_end_ = kNone;
  std::size_t newline_ = kNone;
};

}  // namespace

std::optional<CsvRecord> next_csv_record(std::string_view text, char delimiter, bool at_end) {
  const std::size_t newline = find_from(text, '\n', 0);
  if (newline == kNone && !at_end) return std::nullopt;
  const CsvRecord line = record_up_to(text, newline);
  if (std::memchr(line.bytes.data(), '"', line.bytes.size()) == nullptr) return line;

  using Outcome = QuotedRecordWalk::Outcome;
  const std::string_view window = text.substr(0, kQuotedLengthMax);
  const bool too_long = window.size() == kQuotedLengthMax;
  QuotedRecordWalk walk(window, delimiter);
  const Outcome outcome = walk.walk();
  const bool goes_on = outcome == Outcome::kGoesOn && !too_long;
  if (goes_on && !at_end) return std::nullopt;
  const bool whole = outcome == Outcome::kEnded || (goes_on && walk.is_whole_at_end());
  CsvRecord record = whole ? record_up_to(text, walk.newline()) : line;
  record.unterminated = !whole;
  record.lines = 1 + static_cast<std::size_t>(std::ranges::count(record.bytes, '\n'));
  return record;
}

bool CsvFields::split(std::string_view record) {
  fields_.clear();
  unescaped_count_ = 0;
  std::size_t at = 0;
  for (;;) {
    if (at < record.size() && record[at] == '"') {
      at = add_quoted(record, at);
      if (at == record.size()) return true;
      if (at == kNone || record[at] != delimiter_) return false;
      ++at;
      continue;
    }
    const std::size_t delimiter = find_from(record, delimiter_, at);
    fields_.push_back(record.substr(at, delimiter - at));
    if (delimiter == kNone) return true;
    at = delimiter + 1;
  }
}

// The position after the closing quote.
std::size_t CsvFields::add_quoted(std::string_view record, std::size_t open) {
  const std::size_t close = find_closing_quote(record, open + 1);
  if (close == kNone) return kNone;
  const std::string_view inside = record.substr(open + 1, close - open - 1);
  if (std::memchr(inside.data(), '"', inside.size()) == nullptr) {
    fields_.push_back(inside);
    return close + 1;
  }
  if (unescaped_count_ == unescaped_.size()) unescaped_.emplace_back();
  std::string& unescaped = unescaped_[unescaped_count_++];
  unescaped.clear();
  for (std::size_t at = 0; at < inside.size();) {
    const std::size_t quote = std::min(find_from(inside, '"', at), inside.size() - 1);
    unescaped.append(inside.substr(at, quote + 1 - at));
    at = quote + 2;  // the second quote of a pair is not kept
  }
  fields_.push_back(unescaped);
  return close + 1;
}

}  // namespace millrace
