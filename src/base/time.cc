#include "base/time.h"

#include <fmt/format.h>

#include <chrono>

namespace millrace {
namespace {

// Takes digits from the front of a text; a reader that failed stays failed.
class DigitReader {
 public:
  explicit DigitReader(std::string_view text) : text_(text) {}

  int number(std::size_t digits) {
    if (text_.size() < digits) return reject();
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = text_[i];
      if (c < '0' || c > '9') return reject();
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(digits);
    return value;
  }

  void expect(char c) {
    if (!take(c)) reject();
  }

  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }

  // The digits after a decimal point, as microseconds.
  int fraction_micros() {
    int micros = 0;
    int digits = 0;
    while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
      if (digits < 6) micros = micros * 10 + (text_.front() - '0');
      ++digits;
      text_.remove_prefix(1);
    }
    if (digits == 0 || digits > 9) return reject();
    for (; digits < 6; ++digits) micros *= 10;
    return micros;
  }

  bool at_end() const { return text_.empty(); }
  bool good() const { return good_; }
  int reject() {
    good_ = false;
    return 0;
  }

 private:
  std::string_view text_;
  bool good_ = true;
};

int zone_offset_seconds(DigitReader& in) {
  if (in.take('Z') || in.take('z')) return 0;
  int sign = 0;
  if (in.take('+')) sign = 1;
  if (sign == 0 && in.take('-')) sign = -1;
  if (sign == 0) return 0;
  const int hours = in.number(2);
  int minutes = 0;
  if (!in.at_end()) {
    in.take(':');
    minutes = in.number(2);
  }
  if (hours > 18 || minutes > 59) return in.reject();
  return sign * (hours * 3600 + minutes * 60);
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  using namespace std::chrono;
  DigitReader in(text);
  const int y = in.number(4);
  in.expect('-');
  const int m = in.number(2);
  in.expect('-');
  const int d = in.number(2);
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!in.good() || !date.ok()) return std::nullopt;
  const std::int64_t days = sys_days{date}.time_since_epoch().count();
  if (in.at_end()) return Timestamp{days * 86'400'000'000};

  if (!in.take('T') && !in.take('t')) in.expect(' ');
  const int hour = in.number(2);
  in.expect(':');
  const int minute = in.number(2);
  int second = 0;
  int micros = 0;
  if (in.take(':')) {
    second = in.number(2);
    if (in.take('.')) micros = in.fraction_micros();
  }
  const int offset = zone_offset_seconds(in);
  if (!in.good() || !in.at_end() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::int64_t seconds = days * 86'400 + hour * 3600 + minute * 60 + second - offset;
  const Timestamp time{seconds * 1'000'000 + micros};
  if (time < kTimestampMin || time > kTimestampMax) return std::nullopt;  // a zone can lead beyond them
  return time;
}

std::string format_timestamp(Timestamp time) {
  using namespace std::chrono;
  const sys_time<microseconds> point{microseconds{time.micros}};
  const auto midnight = floor<days>(point);
  const year_month_day date{midnight};
  const hh_mm_ss clock{point - midnight};
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (const auto micros = clock.subseconds().count(); micros != 0) {
    text += fmt::format(".{:06}", micros);
    while (text.back() == '0') text.pop_back();
  }
  return text + "Z";
}

}  // namespace millrace
