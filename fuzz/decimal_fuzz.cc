// Any text, and any double: what is read is written and read again unchanged, and agrees with the double of
// the text.
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>
#include <string>

#include "base/decimal.h"
#include "property.h"

namespace millrace {
namespace {

// Digits other than leading zeros: a double tells any two numbers of at most 15 apart.
std::size_t significant_digits(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text.substr(0, text.find_first_of("eE"))) count += c >= '1' || (count > 0 && c == '0');
  return count;
}

void check_round_trip(Decimal value) {
  FUZZ_CHECK(value.units <= Decimal::kUnitsMax && value.units >= -Decimal::kUnitsMax);
  FUZZ_CHECK(parse_decimal(format_decimal(value)) == value);
}

void check_against_double(std::string_view text, const std::optional<Decimal>& parsed) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed && error == std::errc{}) FUZZ_CHECK(end == text.data() + text.size());
  if (error != std::errc{} || !parsed || !(std::fabs(number) < 1e10)) return;
  const auto from_double = decimal_from_double(number);
  FUZZ_CHECK(from_double.has_value());
  const std::int64_t difference = from_double->units - parsed->units;
  FUZZ_CHECK(difference >= -1 && difference <= 1);
  if (significant_digits(text) <= 15) FUZZ_CHECK(difference == 0);
}

void check_double(const std::uint8_t* data, std::size_t size) {
  double number = 0;
  if (size < sizeof(number)) return;
  std::memcpy(&number, data, sizeof(number));
  if (const auto decimal = decimal_from_double(number)) check_round_trip(*decimal);
  FUZZ_CHECK(decimal_from_double(number).has_value() == (std::fabs(number) < 1e10));
}

void check_arithmetic(Decimal value) {
  const auto twice = add(value, value);
  FUZZ_CHECK(twice == multiply(value, 2));
  if (twice) FUZZ_CHECK(add(*twice, Decimal{-value.units}) == value);
  FUZZ_CHECK(multiply(value, -1) == Decimal{-value.units});
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  const std::string_view text = fuzz_text(data, size);
  const auto parsed = parse_decimal(text);
  if (parsed) {
    check_round_trip(*parsed);
    check_arithmetic(*parsed);
  }
  check_against_double(text, parsed);
  check_double(data, size);
  return 0;
}
