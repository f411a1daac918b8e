#include "door/record_splitter.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "door/json_brackets.h"

namespace millrace {
namespace {

using Records = std::vector<std::string_view>;
using Kind = SplitFault::Kind;
using Fault = std::optional<SplitFault>;

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool opens(char bracket) {
  return bracket == '{' || bracket == '[';
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(kBlanks) == std::string_view::npos;
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// Which brackets stand open, and whether each closes the one that it should. Up to 64 deep.
class OpenBrackets {
 public:
  std::size_t depth() const { return depth_; }
  // False for one that closes nothing, or another kind.
  bool pass(char bracket) {
    if (opens(bracket)) {
      kinds_ = kinds_ << 1 | static_cast<std::uint64_t>(bracket == '[');
      ++depth_;
      return true;
    }
    if (depth_ == 0 || (kinds_ & 1) != static_cast<std::uint64_t>(bracket == ']')) return false;
    kinds_ >>= 1;
    --depth_;
    return true;
  }

 private:
  std::uint64_t kinds_ = 0;
  std::size_t depth_ = 0;
};

class Splitter {
 public:
  Splitter(std::string_view body, const SplitLimits& limits) : body_(body), limits_(limits) {}

  Fault split(BodyForm form);
  Records take() { return std::move(records_); }

 private:
  Fault split_list(std::size_t start);
  Fault end_element(std::string_view element, bool is_nested, std::size_t at);
  Fault end_list(std::size_t at) const;
  Fault split_lines(std::string_view lines);
  Fault split_object(std::size_t start, std::string_view lines);
  bool is_too_deep(std::string_view line) const;
  Fault add(std::string_view record);

  Fault broken(std::size_t at, std::string_view what) const {
    return SplitFault{Kind::kBroken, fmt::format("byte {}: {}", at, what)};
  }
  SplitFault too_deep(std::size_t record) const {
    return {Kind::kTooDeep, fmt::format("event {} is nested more than {} levels deep, the limit of an event",
                                        record, limits_.depth_max)};
  }

  std::string_view body_;
  SplitLimits limits_;
  Records records_;
};

Fault Splitter::split(BodyForm form) {
  const std::size_t after_mark = body_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  const std::size_t start = body_.find_first_not_of(kBlanks, after_mark);
  if (start == std::string_view::npos) return SplitFault{Kind::kEmpty, "the body holds no event"};
  const std::string_view lines = body_.substr(after_mark);
  if (form == BodyForm::kLines) return split_lines(lines);
  if (body_[start] == '[') return split_list(start);
  return body_[start] == '{' ? split_object(start, lines) : split_lines(lines);
}

// One object is one record, however many lines it takes. What is none may be lines, the first of them broken.
Fault Splitter::split_object(std::size_t start, std::string_view lines) {
  JsonBrackets brackets(body_.substr(start));
  OpenBrackets open;
  std::size_t end = start;
  do {
    const std::size_t at = start + brackets.next();
    if (at >= body_.size() || !open.pass(body_[at])) return split_lines(lines);
    if (open.depth() > limits_.depth_max) return too_deep(0);
    end = at + 1;
  } while (open.depth() > 0);

  const std::string_view object = body_.substr(start, end - start);
  if (is_blank(body_.substr(end))) return add(object);
  if (object.find('\n') == std::string_view::npos) return split_lines(lines);
  return broken(body_.find_first_not_of(kBlanks, end),
                "something follows an object of several lines: put several events into a list, or each on a "
                "line of its own");
}

// Commas matter between elements only, so they are looked at only there.
Fault Splitter::split_list(std::size_t start) {
  JsonBrackets brackets(body_.substr(start));
  OpenBrackets open;
  std::size_t element = start + 1;  // where the current one starts
  bool is_nested = false;           // the current one holds an object or a list
  for (;;) {
    const std::size_t at = start + brackets.next(open.depth() == 1);
    if (at >= body_.size()) {
      return broken(body_.size(), brackets.ends_in_string() ? "the body ends inside a string"
                                                            : "the body ends before the list does");
    }
    const char c = body_[at];
    const bool ends_list = c == ']' && open.depth() == 1;
    if (c == ',' || ends_list) {
      const std::string_view text = body_.substr(element, at - element);
      if (ends_list && records_.empty() && is_blank(text)) return end_list(at);
      if (auto fault = end_element(text, is_nested, at)) return fault;
      if (ends_list) return end_list(at);
      element = at + 1;
      is_nested = false;
      continue;
    }
    if (!open.pass(c)) return broken(at, fmt::format("a {} that closes nothing", c));
    if (open.depth() == 2 && opens(c)) {
      if (!is_blank(body_.substr(element, at - element))) return broken(at, "a comma is missing before this");
      is_nested = true;
    }
    if (open.depth() > limits_.depth_max + 1) return too_deep(records_.size());
  }
}

// `at` is where the comma or bracket stands that ends it.
Fault Splitter::end_element(std::string_view element, bool is_nested, std::size_t at) {
  const std::string_view record = without_blanks(element);
  if (record.empty()) return broken(at, "an event is missing before this");
  if (is_nested && record.back() != '}' && record.back() != ']') {
    return broken(at, "something stands between the event and this");
  }
  return add(record);
}

Fault Splitter::end_list(std::size_t at) const {
  if (is_blank(body_.substr(at + 1))) return {};
  return broken(body_.find_first_not_of(kBlanks, at + 1), "something follows the end of the list");
}

Fault Splitter::split_lines(std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (is_blank(line)) continue;
    if (auto fault = add(line)) return fault;
    if (is_too_deep(line)) return too_deep(records_.size() - 1);
  }
  return {};
}

bool Splitter::is_too_deep(std::string_view line) const {
  JsonBrackets brackets(line);
  std::size_t depth = 0;
  for (std::size_t at = brackets.next(); at < line.size(); at = brackets.next()) {
    if (opens(line[at])) {
      if (++depth > limits_.depth_max) return true;
    } else if (depth > 0) {
      --depth;
    }
  }
  return false;
}

Fault Splitter::add(std::string_view record) {
  if (records_.size() == limits_.records_max) {
    return SplitFault{Kind::kTooManyRecords,
                      fmt::format("the body holds more than {} events, the limit of a request: send several",
                                  limits_.records_max)};
  }
  if (record.size() > limits_.record_size_max) {
    return SplitFault{Kind::kRecordTooLarge,
                      fmt::format("event {} has {} bytes, and the limit of an event is {}", records_.size(),
                                  record.size(), limits_.record_size_max)};
  }
  records_.push_back(record);
  return {};
}

}  // namespace

std::expected<std::vector<std::string_view>, SplitFault> split_records(std::string_view body, BodyForm form,
                                                                       const SplitLimits& limits) {
  Splitter splitter(body, limits);
  if (auto fault = splitter.split(form)) return std::unexpected(std::move(*fault));
  return splitter.take();
}

}  // namespace millrace
