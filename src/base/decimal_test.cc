#include "base/decimal.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <string>

namespace millrace {
namespace {

constexpr std::int64_t kUnitsMax = Decimal::kUnitsMax;

std::int64_t units(std::string_view text) {
  const auto value = parse_decimal(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Decimal{-1}).units;
}

void expect_refused(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) EXPECT_FALSE(parse_decimal(text).has_value()) << text;
}

TEST(ParseDecimal, FourPlacesAreExact) {
  EXPECT_EQ(units("12.5"), 125'000);
  EXPECT_EQ(units("0.0001"), 1);
  EXPECT_EQ(units("-0.0001"), -1);
  EXPECT_EQ(units("1299.99"), 12'999'900);
  EXPECT_EQ(units("0"), 0);
  EXPECT_EQ(units("-0"), 0);
  EXPECT_EQ(units("0.0000"), 0);
  EXPECT_EQ(units("7"), 70'000);
}

TEST(ParseDecimal, FloatNoiseIsRoundedAway) {
  EXPECT_EQ(units("379.94000000000005"), 3'799'400);
  EXPECT_EQ(units("379.93999999999994"), 3'799'400);
  EXPECT_EQ(units("0.30000000000000004"), 3'000);
  EXPECT_EQ(units("2099.9700000000003"), 20'999'700);
}

TEST(ParseDecimal, HalvesAreRoundedAwayFromZero) {
  EXPECT_EQ(units("0.00005"), 1);
  EXPECT_EQ(units("-0.00005"), -1);
  EXPECT_EQ(units("0.00004999999999999999999999"), 0);
  EXPECT_EQ(units("1.00015"), 10'002);
  EXPECT_EQ(units("1.00025"), 10'003);
  EXPECT_EQ(units("0.99995"), 10'000);
}

TEST(ParseDecimal, ExponentsMoveThePoint) {
  EXPECT_EQ(units("1e3"), 10'000'000);
  EXPECT_EQ(units("1E+3"), 10'000'000);
  EXPECT_EQ(units("125e-2"), 12'500);
  EXPECT_EQ(units("0.000125e4"), 12'500);
  EXPECT_EQ(units("5e-5"), 1);
  EXPECT_EQ(units("4e-5"), 0);
  EXPECT_EQ(units("5e-6"), 0);
  EXPECT_EQ(units("12.5e0"), 125'000);
  EXPECT_EQ(units("1e-007"), 0);
  EXPECT_EQ(units("0.00000000000000000001e20"), 10'000);
}

TEST(ParseDecimal, HugeExponentsOfZeroAndOfNextToNothingAreZero) {
  EXPECT_EQ(units("0e999999999999999999999"), 0);
  EXPECT_EQ(units("1e-999999999999999999999"), 0);
  EXPECT_EQ(units("1e-2147483648"), 0);
  expect_refused({"1e999999999999999999999", "1e2147483647", "-1e2147483648"});
}

TEST(ParseDecimal, EighteenDigitsAreTheBound) {
  EXPECT_EQ(units("99999999999999.9999"), kUnitsMax);
  EXPECT_EQ(units("-99999999999999.9999"), -kUnitsMax);
  EXPECT_EQ(units("99999999999999.99994"), kUnitsMax);
  expect_refused({"99999999999999.99995", "-99999999999999.99995", "100000000000000", "1e14", "-1e14",
                  "1e999", "123456789012345678901234567890"});
}

TEST(ParseDecimal, LongTextsAreReadToTheirEnds) {
  EXPECT_EQ(units("1." + std::string(100'000, '0') + "9"), 10'000);
  EXPECT_EQ(units("0." + std::string(100'000, '9')), 10'000);
  EXPECT_EQ(units("1" + std::string(100'000, '0') + "e-100000"), 10'000);
}

TEST(ParseDecimal, RefusesWhatIsNoJsonNumber) {
  expect_refused({"",    "-",     "+1",       " 1",    "1 ",    ".5",    "5.",    "1.e3",  "1e",  "1e+",
                  "1e-", "1e+-5", "1e-+5",    "1e--5", "--1",   "007",   "-01",   "00",    "1,5", "0x10",
                  "NaN", "nan",   "Infinity", "-inf",  "1_000", "1.2.3", "1e3.5", "\"1\"", "true"});
}

TEST(DecimalFromDouble, RoundsNoiseAndHalvesLikeTheText) {
  EXPECT_EQ(decimal_from_double(379.94000000000005), Decimal{3'799'400});
  EXPECT_EQ(decimal_from_double(0.1 + 0.2), Decimal{3'000});
  EXPECT_EQ(decimal_from_double(1.00015), Decimal{10'002});
  EXPECT_EQ(decimal_from_double(0.00005), Decimal{1});
  EXPECT_EQ(decimal_from_double(-0.00005), Decimal{-1});
  EXPECT_EQ(decimal_from_double(0.0), Decimal{0});
  EXPECT_EQ(decimal_from_double(-0.0), Decimal{0});
  EXPECT_EQ(decimal_from_double(std::numeric_limits<double>::denorm_min()), Decimal{0});
}

TEST(DecimalFromDouble, HalfBelowTenDigitsOfWholesRoundsLikeTheText) {
  // Times the scale, this double is 89765178720411.48.
  EXPECT_EQ(decimal_from_double(8976517872.04115), parse_decimal("8976517872.04115"));
  EXPECT_EQ(decimal_from_double(9535953759.57755), parse_decimal("9535953759.57755"));
  EXPECT_EQ(decimal_from_double(987654321.98765), parse_decimal("987654321.98765"));
}

TEST(DecimalFromDouble, RefusesWhatADoubleCannotTellApart) {
  EXPECT_FALSE(decimal_from_double(1e10).has_value());
  EXPECT_FALSE(decimal_from_double(-1e10).has_value());
  EXPECT_FALSE(decimal_from_double(std::numeric_limits<double>::infinity()).has_value());
  EXPECT_FALSE(decimal_from_double(std::numeric_limits<double>::quiet_NaN()).has_value());
  EXPECT_EQ(decimal_from_double(9'999'999'999.9999), Decimal{99'999'999'999'999});
}

TEST(DecimalArithmetic, AdditionIsExactAndBounded) {
  EXPECT_EQ(add({1}, {2}), Decimal{3});
  EXPECT_EQ(add({kUnitsMax - 1}, {1}), Decimal{kUnitsMax});
  EXPECT_FALSE(add({kUnitsMax}, {1}).has_value());
  EXPECT_FALSE(add({-kUnitsMax}, {-1}).has_value());
  EXPECT_EQ(add({kUnitsMax}, {-kUnitsMax}), Decimal{0});
}

TEST(DecimalArithmetic, MultiplicationIsExactAndBounded) {
  EXPECT_EQ(multiply({899'900}, 2), Decimal{1'799'800});
  EXPECT_EQ(multiply({kUnitsMax}, -1), Decimal{-kUnitsMax});
  EXPECT_FALSE(multiply({kUnitsMax}, 2).has_value());
  EXPECT_FALSE(multiply({kUnitsMax}, std::numeric_limits<std::int64_t>::min()).has_value());
  EXPECT_EQ(multiply({0}, std::numeric_limits<std::int64_t>::max()), Decimal{0});
}

TEST(FormatDecimal, WritesNoMoreDigitsThanNeededAndTwoAfterAPoint) {
  EXPECT_EQ(format_decimal({125'000}), "12.50");
  EXPECT_EQ(format_decimal({0}), "0");
  EXPECT_EQ(format_decimal({10'000}), "1");
  EXPECT_EQ(format_decimal({-1}), "-0.0001");
  EXPECT_EQ(format_decimal({12'999'900}), "1299.99");
  EXPECT_EQ(format_decimal({1'230}), "0.123");
  EXPECT_EQ(format_decimal({kUnitsMax}), "99999999999999.9999");
  EXPECT_EQ(format_decimal({-kUnitsMax}), "-99999999999999.9999");
}

RC_GTEST_PROP(DecimalProperty, EveryDecimalSurvivesBeingWrittenAndRead, ()) {
  const auto value = Decimal{*rc::gen::inRange(-kUnitsMax, kUnitsMax + 1)};
  RC_ASSERT(parse_decimal(format_decimal(value)) == value);
}

// `digits` as a number with the point `places` from its right.
std::string with_point(std::int64_t digits, int places) {
  std::string text = fmt::format("{:0{}}", digits < 0 ? -digits : digits, places + 1);
  if (places > 0) text.insert(text.size() - static_cast<std::size_t>(places), 1, '.');
  return (digits < 0 ? "-" : "") + text;
}

// Zeros at the end take a number from the short way of reading it to the long one.
RC_GTEST_PROP(DecimalProperty, ZerosAtTheEndChangeNothing, ()) {
  const auto digits = *rc::gen::inRange<std::int64_t>(-kUnitsMax, kUnitsMax + 1);
  const auto places = *rc::gen::inRange(1, 6);
  const std::string text = with_point(digits / 10, places);
  RC_ASSERT(parse_decimal(text) == parse_decimal(text + "00000"));
}

double to_double(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

RC_GTEST_PROP(DecimalProperty, DoubleOfAtMostFourteenDigitsIsReadLikeItsText, ()) {
  const auto digits = *rc::gen::inRange<std::int64_t>(0, 100'000'000'000'000);
  const auto sign = *rc::gen::element(-1, 1);
  const std::string text = with_point(sign * digits, *rc::gen::inRange(0, 15));
  const double value = to_double(text);
  const auto expected = std::fabs(value) < 1e10 ? parse_decimal(text) : std::nullopt;
  RC_ASSERT(decimal_from_double(value) == expected);
}

RC_GTEST_PROP(DecimalProperty, HalfwayDoubleOfAtMostFourteenDigitsIsReadLikeItsText, ()) {
  const auto thousands = *rc::gen::inRange<std::int64_t>(-9'999'999'999'999, 10'000'000'000'000);
  const std::string text = with_point(thousands, 4) + "5";
  RC_ASSERT(decimal_from_double(to_double(text)) == parse_decimal(text));
}

RC_GTEST_PROP(DecimalProperty, DoubleBelowTenBillionAlwaysHasADecimal, ()) {
  const auto whole = *rc::gen::inRange<std::int64_t>(-9'999'999'999, 10'000'000'000);
  const double value = static_cast<double>(whole) * 0.9999999;
  RC_ASSERT(decimal_from_double(value).has_value());
}

RC_GTEST_PROP(DecimalProperty, MultiplyingIsAddingUp, ()) {
  const auto price = Decimal{*rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000)};
  const auto quantity = *rc::gen::inRange(0, 50);
  std::optional<Decimal> sum = Decimal{0};
  for (int i = 0; i < quantity && sum; ++i) sum = add(*sum, price);
  RC_ASSERT(multiply(price, quantity) == sum);
}

}  // namespace
}  // namespace millrace
