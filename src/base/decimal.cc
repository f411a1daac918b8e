#include "base/decimal.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/int128.h"

namespace millrace {
namespace {

std::optional<Decimal> within_bounds(Int128 units) {
  if (units > Decimal::kUnitsMax || units < -Decimal::kUnitsMax) return std::nullopt;
  return Decimal{static_cast<std::int64_t>(units)};
}

// Below 10^10 a double and its product with the scale are off by less than 0.01 units each.
constexpr double kDoubtUnits = 0.02;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

// What most prices are: up to 14 digits, perhaps a point and up to 4 digits. Nothing for any other text,
// which may still be a decimal.
std::optional<Decimal> parse_short(std::string_view text) {
  const std::size_t whole = digits_at(text, 0);
  const bool has_point = whole < text.size() && text[whole] == '.';
  const std::size_t fraction = has_point ? text.size() - whole - 1 : 0;
  const bool padded = whole > 1 && text[0] == '0';
  if (whole == 0 || whole > 14 || padded || fraction > 4 || (has_point && fraction == 0)) return std::nullopt;
  if (digits_at(text, whole + has_point) != fraction || whole + has_point + fraction != text.size()) {
    return std::nullopt;
  }
  std::int64_t units = 0;
  for (const char c : text) units = c == '.' ? units : units * 10 + (c - '0');
  for (std::size_t i = fraction; i < 4; ++i) units *= 10;
  return Decimal{units};
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  if (const auto decimal = parse_short(text)) return decimal;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);

  const std::size_t whole = digits_at(text, 0);
  std::size_t at = whole;
  std::string_view fraction;
  if (at < text.size() && text[at] == '.') {
    fraction = text.substr(at + 1, digits_at(text, at + 1));
    if (fraction.empty()) return std::nullopt;
    at += 1 + fraction.size();
  }
  int exponent = 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool down = at < text.size() && text[at] == '-';
    if (down || (at < text.size() && text[at] == '+')) ++at;
    const std::size_t digits = digits_at(text, at);
    if (digits == 0) return std::nullopt;
    // An exponent beyond an int moves every digit that fits into a record out of reach.
    if (std::from_chars(text.data() + at, text.data() + at + digits, exponent).ec != std::errc{}) {
      exponent = std::numeric_limits<int>::max();
    }
    if (down) exponent = -exponent;
    at += digits;
  }
  const bool padded = whole > 1 && text[0] == '0';  // 007 is no JSON number
  if (whole == 0 || padded || at != text.size()) return std::nullopt;

  // All digits in a row, with the point `point` digits from the left.
  const std::int64_t point = static_cast<std::int64_t>(whole) + exponent;
  const std::int64_t count = static_cast<std::int64_t>(whole + fraction.size());
  const auto digit = [&](std::int64_t i) {
    const auto n = static_cast<std::size_t>(i);
    return (n < whole ? text[n] : fraction[n - whole]) - '0';
  };
  std::int64_t first = 0;
  while (first < count && digit(first) == 0) ++first;
  if (first == count) return Decimal{0};
  if (point - first > 14) return std::nullopt;

  Int128 units = 0;
  for (std::int64_t i = first; i < point + 4; ++i) units = units * 10 + (i >= 0 && i < count ? digit(i) : 0);
  const std::int64_t next = point + 4;
  if (next >= first && next < count && digit(next) >= 5) ++units;
  return within_bounds(negative ? -units : units);
}

std::optional<Decimal> decimal_from_double(double value) {
  const double scaled = value * static_cast<double>(Decimal::kScale);
  if (!(std::fabs(value) < 1e10)) return std::nullopt;
  const double nearest = std::round(scaled);
  if (std::fabs(std::fabs(scaled - nearest) - 0.5) < kDoubtUnits) {
    // As good as in the middle between two decimals: the shortest text of the double tells which is meant.
    std::array<char, 32> text;
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    return parse_decimal({text.data(), static_cast<std::size_t>(end - text.data())});
  }
  return Decimal{static_cast<std::int64_t>(nearest)};
}

std::optional<Decimal> add(Decimal a, Decimal b) {
  return within_bounds(static_cast<Int128>(a.units) + b.units);
}

std::optional<Decimal> multiply(Decimal price, std::int64_t quantity) {
  return within_bounds(static_cast<Int128>(price.units) * quantity);
}

std::string format_decimal(Decimal value) {
  const bool negative = value.units < 0;
  const std::uint64_t units =
      negative ? 0 - static_cast<std::uint64_t>(value.units) : static_cast<std::uint64_t>(value.units);
  const std::uint64_t scale = static_cast<std::uint64_t>(Decimal::kScale);
  std::string text = fmt::format("{}{}", negative ? "-" : "", units / scale);
  if (const std::uint64_t fraction = units % scale; fraction != 0) {
    text += fmt::format(".{:04}", fraction);
    while (text.back() == '0' && text[text.size() - 3] != '.') text.pop_back();
  }
  return text;
}

}  // namespace millrace
