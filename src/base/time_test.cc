#include "base/time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace millrace {
namespace {

constexpr std::int64_t kSecondMicros = 1'000'000;
constexpr std::int64_t kHourMicros = 3600 * kSecondMicros;
constexpr std::int64_t kDayMicros = 24 * kHourMicros;
constexpr std::int64_t kNineOClock = 1'719'824'400 * kSecondMicros;  // 2024-07-01T09:00:00Z

constexpr std::int64_t kYearZeroMicros = -62'167'219'200 * kSecondMicros;
constexpr std::int64_t kYearTenThousandMicros = 253'402'300'800 * kSecondMicros;

std::int64_t micros(std::string_view text) {
  const auto time = parse_timestamp(text);
  EXPECT_TRUE(time.has_value()) << text;
  return time.value_or(Timestamp{-1}).micros;
}

void expect_refused(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) EXPECT_FALSE(parse_timestamp(text).has_value()) << text;
}

TEST(ParseTimestamp, TimeWithoutZoneIsUtc) {
  EXPECT_EQ(micros("2024-07-01T09:00:00"), kNineOClock);
  EXPECT_EQ(micros("2024-07-01T09:00:00Z"), kNineOClock);
}

TEST(ParseTimestamp, TimeWithoutZoneIsUtcWhateverTheZoneOfTheMachine) {
  ASSERT_EQ(setenv("TZ", "America/New_York", 1), 0);
  tzset();
  EXPECT_EQ(micros("2024-07-01T09:00:00"), kNineOClock);
  EXPECT_EQ(format_timestamp({kNineOClock}), "2024-07-01T09:00:00Z");
  ASSERT_EQ(unsetenv("TZ"), 0);
  tzset();
}

TEST(ParseTimestamp, ReadsEveryFormThatIsPromised) {
  for (const std::string_view text :
       {"2024-07-01 09:00:00", "2024-07-01t09:00:00z", "2024-07-01T09:00", "2024-07-01T09:00Z",
        "2024-07-01T11:00:00+02:00", "2024-07-01T11:00:00+0200", "2024-07-01T11:00:00+02",
        "2024-07-01T11:00+02:00", "2024-07-01T05:30:00-03:30", "2024-07-01T09:00:00.0",
        "2024-07-01T09:00:00.000000000Z", "2024-07-01T09:00:00-00:00"}) {
    EXPECT_EQ(micros(text), kNineOClock) << text;
  }
}

TEST(ParseTimestamp, DateAloneIsItsMidnight) {
  EXPECT_EQ(micros("2024-07-01"), kNineOClock - 9 * kHourMicros);
}

TEST(ParseTimestamp, ZoneMayLeadToAnotherDay) {
  EXPECT_EQ(micros("2024-07-02T03:00:00+18:00"), kNineOClock);
  EXPECT_EQ(micros("2024-06-30T15:00:00-18:00"), kNineOClock);
}

TEST(ParseTimestamp, FractionIsCutToMicroseconds) {
  EXPECT_EQ(micros("2024-07-01T09:00:00.5"), kNineOClock + 500'000);
  EXPECT_EQ(micros("2024-07-01T09:00:00.000001"), kNineOClock + 1);
  EXPECT_EQ(micros("2024-07-01T09:00:00.123456789Z"), kNineOClock + 123'456);
  EXPECT_EQ(micros("2024-07-01T09:00:00.999999999"), kNineOClock + 999'999);
  EXPECT_EQ(micros("2024-07-01T11:00:00.25+02:00"), kNineOClock + 250'000);
}

TEST(ParseTimestamp, FractionOfTimeBefore1970CountsForward) {
  EXPECT_EQ(micros("1969-12-31T23:59:59.25Z"), -750'000);
}

TEST(ParseTimestamp, LeapDaysFollowTheCalendar) {
  EXPECT_EQ(micros("2024-03-01") - micros("2024-02-29"), kDayMicros);
  EXPECT_EQ(micros("2000-03-01") - micros("2000-02-28"), 2 * kDayMicros);
  EXPECT_EQ(micros("1900-03-01") - micros("1900-02-28"), kDayMicros);
  expect_refused({"2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30"});
}

TEST(ParseTimestamp, EpochIsZero) {
  EXPECT_EQ(micros("1970-01-01T00:00:00Z"), 0);
}

TEST(ParseTimestamp, YearsFrom0000To9999AreTheBounds) {
  EXPECT_EQ(micros("0000-01-01"), kYearZeroMicros);
  EXPECT_EQ(micros("9999-12-31T23:59:59.999999Z"), kYearTenThousandMicros - 1);
  EXPECT_EQ(micros("9999-12-31T23:59:59.999999+00:01"), kYearTenThousandMicros - 1 - 60 * kSecondMicros);
  expect_refused({"0000-01-01T00:00:00+00:01", "9999-12-31T23:59:00-00:01", "10000-01-01"});
}

TEST(ParseTimestamp, RefusesDatesThatDoNotExist) {
  expect_refused(
      {"2024-00-01", "2024-13-01", "2024-07-00", "2024-07-32", "2024-06-31", "2024-04-31T10:00:00"});
}

TEST(ParseTimestamp, RefusesClockTimesThatDoNotExist) {
  expect_refused(
      {"2024-07-01T24:00:00", "2024-07-01T09:60:00", "2024-07-01T09:00:60", "2024-07-01T99:99:99"});
}

TEST(ParseTimestamp, RefusesOtherNotations) {
  expect_refused({"",
                  " ",
                  "now",
                  "2024",
                  "2024-07",
                  "2024-7-1",
                  "20240701",
                  "20240701T090000",
                  "01/07/2024",
                  "1719824400",
                  "2024-07-01T9:00:00",
                  "2024-07-01T09",
                  "2024-07-01T",
                  "2024-07-01Z",
                  "2024-07-01  09:00:00",
                  "2024-07-01_09:00:00",
                  "2024-W27-1",
                  "24-07-01",
                  "-2024-07-01",
                  "+2024-07-01",
                  "2024-07-01T09:00:00 UTC",
                  "2024-07-01T09:00:00 +02:00"});
}

TEST(ParseTimestamp, RefusesAnythingAroundTheTime) {
  expect_refused({" 2024-07-01T09:00:00", "2024-07-01T09:00:00 ", "2024-07-01T09:00:00Zulu",
                  "2024-07-01T09:00:00ZZ", "2024-07-01T09:00:00\n"});
}

TEST(ParseTimestamp, RefusesBrokenFractions) {
  expect_refused({"2024-07-01T09:00:00.", "2024-07-01T09:00:00.Z", "2024-07-01T09:00:00.1234567890",
                  "2024-07-01T09:00:00,5", "2024-07-01T09:00.5", "2024-07-01T09:00:00.5.5"});
}

TEST(ParseTimestamp, RefusesBrokenZones) {
  expect_refused({"2024-07-01T09:00:00+", "2024-07-01T09:00:00+2", "2024-07-01T09:00:00+02:",
                  "2024-07-01T09:00:00+02:0", "2024-07-01T09:00:00+02:60", "2024-07-01T09:00:00+19:00",
                  "2024-07-01T09:00:00+020", "2024-07-01T09:00:00+02:00:00", "2024-07-01T09:00:00+-2:00"});
}

TEST(ParseTimestamp, RefusesNullCharacterBehindAnImpossibleZone) {
  EXPECT_FALSE(parse_timestamp(std::string_view("2024-07-01T09:00:00+19:00\0", 26)).has_value());
  EXPECT_FALSE(parse_timestamp(std::string_view("2024-07-01\0", 11)).has_value());
}

TEST(FormatTimestamp, WritesAFractionOnlyWhenThereIsOne) {
  EXPECT_EQ(format_timestamp({kNineOClock}), "2024-07-01T09:00:00Z");
  EXPECT_EQ(format_timestamp({kNineOClock + 500'000}), "2024-07-01T09:00:00.5Z");
  EXPECT_EQ(format_timestamp({kNineOClock + 1}), "2024-07-01T09:00:00.000001Z");
  EXPECT_EQ(format_timestamp({kNineOClock + 120'000}), "2024-07-01T09:00:00.12Z");
}

TEST(FormatTimestamp, WritesTimesBefore1970) {
  EXPECT_EQ(format_timestamp({-1}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(format_timestamp({kYearZeroMicros}), "0000-01-01T00:00:00Z");
}

RC_GTEST_PROP(TimestampProperty, EveryTimeSurvivesBeingWrittenAndRead, ()) {
  const auto time = Timestamp{*rc::gen::inRange(kYearZeroMicros, kYearTenThousandMicros)};
  RC_ASSERT(parse_timestamp(format_timestamp(time)) == time);
}

RC_GTEST_PROP(TimestampProperty, TextOrderIsTimeOrderAmongWholeSeconds, ()) {
  const auto seconds =
      rc::gen::inRange(kYearZeroMicros / kSecondMicros, kYearTenThousandMicros / kSecondMicros);
  const auto a = Timestamp{*seconds * kSecondMicros};
  const auto b = Timestamp{*seconds * kSecondMicros};
  RC_ASSERT((format_timestamp(a) < format_timestamp(b)) == (a < b));
}

RC_GTEST_PROP(TimestampProperty, AnyOtherTextIsRefusedOrReadWithoutHarm, (const std::string& tail)) {
  const std::string text = "2024-07-01T09:00:00" + tail;
  const auto time = parse_timestamp(text);
  if (time) RC_ASSERT(parse_timestamp(format_timestamp(*time)) == time);
}

}  // namespace
}  // namespace millrace
