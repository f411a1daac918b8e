// Money: exact decimal with four places, as DECIMAL(18,4) in the warehouse. Never binary float.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

struct Decimal {
  static constexpr std::int64_t kScale = 10'000;
  static constexpr std::int64_t kUnitsMax = 999'999'999'999'999'999;  // 18 digits

  std::int64_t units = 0;  // ten-thousandths

  friend auto operator<=>(Decimal, Decimal) = default;
};

// Reads a JSON number (`-12.5`, `1e3`, `379.94000000000005`) digit by digit and rounds half away from zero
// to four places. Nothing when the text is no such number or has more than 14 digits before the point.
std::optional<Decimal> parse_decimal(std::string_view text);

// The decimal that a double was read from, rounded to four places: exact below 10^10, where a double tells
// any two decimals of four places apart. Nothing above: read the text with parse_decimal.
std::optional<Decimal> decimal_from_double(double value);

std::optional<Decimal> add(Decimal a, Decimal b);
std::optional<Decimal> multiply(Decimal price, std::int64_t quantity);

// `12.50`, `0`, `-0.0001`: no more digits than it needs, at least two after a point.
std::string format_decimal(Decimal value);

}  // namespace millrace
