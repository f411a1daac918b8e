#include "event/time_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace millrace {
namespace {

constexpr std::int64_t kSecondMicros = 1'000'000;
constexpr std::int64_t kMinuteMicros = 60 * kSecondMicros;
constexpr std::int64_t kHourMicros = 60 * kMinuteMicros;

struct EpochUnit {
  std::string_view pattern;
  std::int64_t micros;
};
constexpr std::array kEpochUnits = {EpochUnit{"epoch_seconds", kSecondMicros},
                                    EpochUnit{"epoch_millis", 1'000}, EpochUnit{"epoch_micros", 1}};

// How often a letter may stand in a row.
struct Field {
  char letter;
  int width_min;
  int width_max;
};
constexpr std::array kFields = {Field{'y', 4, 4}, Field{'M', 1, 2}, Field{'d', 1, 2}, Field{'H', 1, 2},
                                Field{'h', 1, 2}, Field{'a', 1, 1}, Field{'m', 1, 2}, Field{'s', 1, 2},
                                Field{'S', 1, 9}, Field{'X', 1, 3}, Field{'z', 1, 1}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_number_field(char letter) {
  return std::string_view("yMdHhmsS").contains(letter);
}

std::unexpected<Error> refuse(std::string_view pattern, std::string_view why) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("the time format `{}` {}", pattern, why));
}

int power_of_ten(int exponent) {
  int power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

bool in_range(Timestamp time) {
  return time >= kTimestampMin && time <= kTimestampMax;
}

// A time, taken apart for its fields.
struct CalendarTime {
  std::chrono::year_month_day date;
  std::int64_t micros = 0;  // since midnight

  std::int64_t hour() const { return micros / kHourMicros; }
};

CalendarTime calendar_time(Timestamp time) {
  using namespace std::chrono;
  const sys_time<microseconds> point{microseconds{time.micros}};
  const auto midnight = floor<days>(point);
  return {year_month_day{midnight}, (point - midnight).count()};
}

std::int64_t field_value(char letter, const CalendarTime& time) {
  switch (letter) {
    case 'y':
      return static_cast<int>(time.date.year());
    case 'M':
      return static_cast<unsigned>(time.date.month());
    case 'd':
      return static_cast<unsigned>(time.date.day());
    case 'H':
      return time.hour();
    case 'h':
      return time.hour() % 12 == 0 ? 12 : time.hour() % 12;
    case 'm':
      return time.micros / kMinuteMicros % 60;
    default:
      return time.micros / kSecondMicros % 60;
  }
}

std::string field_text(char letter, int width, const CalendarTime& time) {
  switch (letter) {
    case 'S':
      return fmt::format("{:06}000", time.micros % kSecondMicros).substr(0, static_cast<std::size_t>(width));
    case 'a':
      return time.hour() < 12 ? "AM" : "PM";
    case 'X':
      return "Z";
    case 'z':
      return "UTC";
    default:
      return fmt::format("{:0{}}", field_value(letter, time), width);
  }
}

}  // namespace

// The pattern, letter by letter.
struct TimeFormat::PatternReader {
  std::string_view rest;
  std::vector<Token> tokens = {};
  std::string wrong = {};  // what is, of the first thing that is

  bool read() {
    while (!rest.empty() && wrong.empty()) {
      const char c = rest.front();
      if (c == '\'') {
        quoted();
      } else if (is_letter(c)) {
        field();
      } else if (std::string_view("[]{}#").contains(c)) {
        wrong = fmt::format("has a `{}`, which is not supported; write it in quotes if it is text", c);
      } else {
        literal(std::string(1, c));
        rest.remove_prefix(1);
      }
    }
    if (wrong.empty()) check_fields();
    if (wrong.empty()) check_ends();
    return wrong.empty();
  }

  void literal(std::string_view text) {
    if (tokens.empty() || tokens.back().letter != 0) tokens.push_back({});
    tokens.back().literal += text;
  }

  // 'text', in which '' is a quote; '' alone, too.
  void quoted() {
    rest.remove_prefix(1);
    if (rest.starts_with('\'')) {
      literal("'");
      rest.remove_prefix(1);
      return;
    }
    for (;;) {
      const std::size_t end = rest.find('\'');
      if (end == std::string_view::npos) {
        wrong = "opens a quote and does not close it";
        return;
      }
      literal(rest.substr(0, end));
      rest.remove_prefix(end + 1);
      if (!rest.starts_with('\'')) return;
      literal("'");
      rest.remove_prefix(1);
    }
  }

  void field() {
    const char letter = rest.front();
    const std::size_t width = std::min(rest.find_first_not_of(letter), rest.size());
    const auto known = std::ranges::find(kFields, letter, &Field::letter);
    const std::string written(rest.substr(0, width));
    if (known == kFields.end()) {
      wrong = fmt::format(
          "has `{}`, which is no field; fields are yyyy MM dd HH hh a mm ss S X z, and text "
          "stands in single quotes",
          written);
    } else if (std::ranges::find(tokens, letter, &Token::letter) != tokens.end()) {
      wrong = fmt::format("has `{}` twice", letter);
    } else if (written == "yy") {
      wrong = "has a year of two digits, which leaves the century open; write yyyy";
    } else if (width < static_cast<std::size_t>(known->width_min) ||
               width > static_cast<std::size_t>(known->width_max)) {
      wrong = fmt::format("has `{}`; write `{}`", written,
                          std::string(static_cast<std::size_t>(known->width_max), letter));
    }
    tokens.push_back({letter, static_cast<int>(width)});
    rest.remove_prefix(width);
  }

  bool has(char letter) const { return std::ranges::find(tokens, letter, &Token::letter) != tokens.end(); }

  void check_fields() {
    if (!has('y') || !has('M') || !has('d')) {
      wrong = "does not name a whole date; it needs yyyy, MM and dd";
    } else if (has('h') != has('a')) {
      wrong = "needs h and a together: an hour to 12 with AM or PM";
    } else if (has('H') && has('h')) {
      wrong = "has the hour twice, as H and as h";
    } else if (has('X') && has('z')) {
      wrong = "has the zone twice, as X and as z";
    } else if ((has('m') && !has('H') && !has('h')) || (has('s') && !has('m')) || (has('S') && !has('s'))) {
      wrong = "leaves out a larger unit: minutes need hours, seconds minutes, a fraction seconds";
    }
  }

  // A field of one or two digits ends where no digit follows.
  void check_ends() {
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      const Token& next = tokens[i + 1];
      const bool digit_follows =
          next.letter == 0 ? is_digit(next.literal.front()) : is_number_field(next.letter);
      if (std::string_view("MdHhms").contains(tokens[i].letter) && tokens[i].width == 1 && digit_follows) {
        wrong = fmt::format("does not tell where `{0}` ends; write `{0}{0}`", tokens[i].letter);
      }
    }
  }
};

// A text against the tokens; once it failed it stays failed.
struct TimeFormat::TextReader {
  std::string_view rest;
  bool good = true;
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
  int offset_seconds = 0;
  bool twelve_hours = false;
  bool afternoon = false;

  int reject() {
    good = false;
    return 0;
  }

  int digits(std::size_t fewest, std::size_t most) {
    int value = 0;
    std::size_t count = 0;
    for (; count < most && count < rest.size() && is_digit(rest[count]); ++count) {
      value = value * 10 + (rest[count] - '0');
    }
    if (count < fewest) return reject();
    rest.remove_prefix(count);
    return value;
  }

  int two_digits() {
    if (rest.size() < 2 || !is_digit(rest[0]) || !is_digit(rest[1])) return reject();
    const int value = (rest[0] - '0') * 10 + (rest[1] - '0');
    rest.remove_prefix(2);
    return value;
  }

  // One or two digits, or two.
  int number(int width) { return width == 2 ? two_digits() : digits(1, 2); }

  // A single character, as most literals are, without a call.
  bool take_literal(const std::string& text) {
    if (text.size() != 1) return take(text);
    if (rest.empty() || rest[0] != text[0]) return false;
    rest.remove_prefix(1);
    return true;
  }

  bool take(std::string_view text) {
    if (!rest.starts_with(text)) return false;
    rest.remove_prefix(text.size());
    return true;
  }

  bool take_half_of_day(std::string_view text) {
    if (rest.size() < 2 || (rest[0] | 0x20) != text[0] || (rest[1] | 0x20) != text[1]) return false;
    rest.remove_prefix(2);
    return true;
  }

  int fraction(int width) {
    const int value = digits(static_cast<std::size_t>(width), static_cast<std::size_t>(width));
    return width <= 6 ? value * power_of_ten(6 - width) : value / power_of_ten(width - 6);
  }

  int zone(int width) {
    if (take("Z")) return 0;
    const int sign = take("+") ? 1 : -1;
    if (sign < 0 && !take("-")) return reject();
    const int hours = digits(2, 2);
    int minutes = 0;
    if (width == 3 && !take(":")) return reject();
    if (width > 1 || (!rest.empty() && is_digit(rest.front()))) minutes = digits(2, 2);
    if (hours > 18 || minutes > 59) return reject();
    return sign * (hours * 3600 + minutes * 60);
  }

  void read(const Token& token) {
    switch (token.letter) {
      case 0:
        if (!take_literal(token.literal)) reject();
        break;
      case 'y':
        year = two_digits() * 100;
        year += two_digits();
        break;
      case 'M':
        month = number(token.width);
        break;
      case 'd':
        day = number(token.width);
        break;
      case 'h':
        twelve_hours = true;
        [[fallthrough]];
      case 'H':
        hour = number(token.width);
        break;
      case 'm':
        minute = number(token.width);
        break;
      case 's':
        second = number(token.width);
        break;
      case 'S':
        micros = fraction(token.width);
        break;
      case 'a':
        afternoon = take_half_of_day("pm");
        if (!afternoon && !take_half_of_day("am")) reject();
        break;
      case 'X':
        offset_seconds = zone(token.width);
        break;
      default:
        if (!take("UTC") && !take("GMT") && !take("Z")) reject();
    }
  }

  std::optional<Timestamp> time() const {
    using namespace std::chrono;
    const year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    int hours = hour;
    if (twelve_hours) {
      if (hour < 1 || hour > 12) return std::nullopt;
      hours = hour % 12 + (afternoon ? 12 : 0);
    }
    if (!good || !rest.empty() || !date.ok() || hours > 23 || minute > 59 || second > 59) return std::nullopt;
    const std::int64_t days = sys_days{date}.time_since_epoch().count();
    const std::int64_t seconds = days * 86'400 + hours * 3600 + minute * 60 + second - offset_seconds;
    const Timestamp found{seconds * kSecondMicros + micros};
    if (!in_range(found)) return std::nullopt;  // a zone can lead beyond
    return found;
  }
};

Result<TimeFormat> TimeFormat::compile(std::string_view pattern) {
  TimeFormat format;
  format.pattern_ = pattern;
  const auto unit = std::ranges::find(kEpochUnits, pattern, &EpochUnit::pattern);
  if (unit != kEpochUnits.end()) {
    format.epoch_unit_micros_ = unit->micros;
    return format;
  }
  PatternReader reader{pattern};
  if (!reader.read()) return refuse(pattern, reader.wrong);
  format.tokens_ = std::move(reader.tokens);
  return format;
}

std::optional<Timestamp> TimeFormat::parse(std::string_view text) const {
  if (is_epoch()) {
    std::int64_t units = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), units);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return from_epoch(units);
  }
  TextReader reader{text};
  for (const Token& token : tokens_) {
    reader.read(token);
    if (!reader.good) return std::nullopt;
  }
  return reader.time();
}

std::optional<Timestamp> TimeFormat::from_epoch(std::int64_t units) const {
  if (units < kTimestampMin.micros / epoch_unit_micros_ ||
      units > kTimestampMax.micros / epoch_unit_micros_) {
    return std::nullopt;
  }
  return Timestamp{units * epoch_unit_micros_};
}

std::string TimeFormat::format(Timestamp time) const {
  if (is_epoch()) {
    const std::int64_t below = time.micros < 0 ? epoch_unit_micros_ - 1 : 0;  // cut towards the past
    return std::to_string((time.micros - below) / epoch_unit_micros_);
  }
  const CalendarTime parts = calendar_time(time);
  std::string text;
  for (const Token& token : tokens_) {
    text += token.letter == 0 ? token.literal : field_text(token.letter, token.width, parts);
  }
  return text;
}

}  // namespace millrace
