// How a source writes its times: a pattern in the letters of Java's DateTimeFormatter, as the Open Data
// Contract Standard names formats: `yyyy-MM-dd HH:mm:ss 'UTC'`, `M/d/yyyy H:mm`. Also `epoch_seconds`,
// `epoch_millis` and `epoch_micros`, for numbers.
//
//   yyyy year · M, MM month · d, dd day · H, HH hour to 23 · h, hh hour to 12 with a (AM, PM) · m, mm · s, ss
//   S to SSSSSSSSS fraction of a second, cut to microseconds
//   X +02 or +0230, XX +0230, XXX +02:30, each also Z · z the word UTC, GMT or Z
//   'text' as it stands, '' a quote; what is neither letter nor one of []{}# stands for itself
//
// A letter alone reads one or two digits, two letters exactly two.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace millrace {

// Safe to share between threads.
class TimeFormat {
 public:
  // kInvalidArgument for a pattern with a letter that is not known, without a whole date, with a field twice,
  // or with one that could not tell where it ends (`Mdyyyy`).
  static Result<TimeFormat> compile(std::string_view pattern);

  // The whole text must match, and name a time that the calendar has, in the years 0000 to 9999. Without a
  // zone in the pattern: UTC.
  std::optional<Timestamp> parse(std::string_view text) const;

  // Reads back with parse(), to the precision that the pattern has.
  std::string format(Timestamp time) const;

  const std::string& pattern() const { return pattern_; }
  bool is_epoch() const { return epoch_unit_micros_ != 0; }

  // The time that is so many of its units after 1970; nothing when out of range. Only for is_epoch().
  std::optional<Timestamp> from_epoch(std::int64_t units) const;

  friend bool operator==(const TimeFormat& a, const TimeFormat& b) { return a.pattern_ == b.pattern_; }

 private:
  // A field of the time, or text that stands as it is.
  struct Token {
    char letter = 0;  // 0: literal
    int width = 0;    // letters in a row
    std::string literal = {};
  };

  struct PatternReader;  // of compile()
  struct TextReader;     // of parse()

  std::string pattern_;
  std::vector<Token> tokens_;
  std::int64_t epoch_unit_micros_ = 0;
};

}  // namespace millrace
