#include "event/time_format.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace millrace {
namespace {

TimeFormat compiled(std::string_view pattern) {
  auto format = TimeFormat::compile(pattern);
  if (!format) throw std::runtime_error(format.error().message);
  return *format;
}

// What `text` means in ISO 8601; nothing when it is refused.
std::string read(std::string_view pattern, std::string_view text) {
  const auto time = compiled(pattern).parse(text);
  return time ? format_timestamp(*time) : "refused";
}

std::string complaint(std::string_view pattern) {
  const auto format = TimeFormat::compile(pattern);
  return format ? "" : format.error().message;
}

void expect_refused(std::string_view pattern, std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts)
    EXPECT_EQ(read(pattern, text), "refused") << pattern << " " << text;
}

TEST(TimeFormat, ReadsTheFormsOfRealFiles) {
  EXPECT_EQ(read("yyyy-MM-dd HH:mm:ss 'UTC'", "2020-09-24 11:57:06 UTC"), "2020-09-24T11:57:06Z");
  EXPECT_EQ(read("yyyy-MM-dd HH:mm:ss z", "2020-09-24 11:57:06 UTC"), "2020-09-24T11:57:06Z");
  EXPECT_EQ(read("yyyy-MM-dd HH:mm:ss", "2010-12-01 08:26:00"), "2010-12-01T08:26:00Z");
  EXPECT_EQ(read("M/d/yyyy H:mm", "12/1/2010 8:26"), "2010-12-01T08:26:00Z");
  EXPECT_EQ(read("yyyy-MM-dd'T'HH:mm:ss", "2017-01-28T14:06:53"), "2017-01-28T14:06:53Z");
  EXPECT_EQ(read("dd.MM.yyyy", "31.12.2024"), "2024-12-31T00:00:00Z");
  EXPECT_EQ(read("yyyyMMddHHmmss", "20240701090000"), "2024-07-01T09:00:00Z");
}

TEST(TimeFormat, ALetterAloneReadsOneOrTwoDigitsAndTwoLettersExactlyTwo) {
  EXPECT_EQ(read("d.M.yyyy", "01.07.2024"), "2024-07-01T00:00:00Z");
  EXPECT_EQ(read("d.M.yyyy", "1.7.2024"), "2024-07-01T00:00:00Z");
  expect_refused("dd.MM.yyyy", {"1.7.2024", "001.07.2024", "1 .07.2024"});
  expect_refused("d.M.yyyy", {".7.2024", "001.7.2024", "1.7.24"});
}

TEST(TimeFormat, TwelveHoursGoWithTheHalfOfTheDay) {
  EXPECT_EQ(read("yyyy-MM-dd h:mm a", "2024-07-01 12:05 AM"), "2024-07-01T00:05:00Z");
  EXPECT_EQ(read("yyyy-MM-dd h:mm a", "2024-07-01 1:05 am"), "2024-07-01T01:05:00Z");
  EXPECT_EQ(read("yyyy-MM-dd h:mm a", "2024-07-01 12:05 PM"), "2024-07-01T12:05:00Z");
  EXPECT_EQ(read("yyyy-MM-dd hh:mm:ssa", "2024-07-01 11:59:59Pm"), "2024-07-01T23:59:59Z");
  expect_refused("yyyy-MM-dd h:mm a", {"2024-07-01 0:05 AM", "2024-07-01 13:05 PM", "2024-07-01 1:05",
                                       "2024-07-01 1:05 XM", "2024-07-01 1:05 P"});
}

TEST(TimeFormat, FractionsAreCutToMicroseconds) {
  EXPECT_EQ(read("yyyy-MM-dd HH:mm:ss.SSS", "2024-07-01 09:00:00.250"), "2024-07-01T09:00:00.25Z");
  EXPECT_EQ(read("yyyy-MM-dd HH:mm:ss,S", "2024-07-01 09:00:00,5"), "2024-07-01T09:00:00.5Z");
  EXPECT_EQ(read("yyyy-MM-dd HH:mm:ss.SSSSSSSSS", "2024-07-01 09:00:00.123456789"),
            "2024-07-01T09:00:00.123456Z");
  EXPECT_EQ(read("yyyy-MM-dd HH:mm:ss.SSSSSSSSS", "2024-07-01 09:00:00.999999999"),
            "2024-07-01T09:00:00.999999Z");
  expect_refused("yyyy-MM-dd HH:mm:ss.SSS",
                 {"2024-07-01 09:00:00.25", "2024-07-01 09:00:00.2500", "2024-07-01 09:00:00."});
}

TEST(TimeFormat, ZonesLeadToUtc) {
  EXPECT_EQ(read("yyyy-MM-dd'T'HH:mmX", "2024-07-01T11:00+02"), "2024-07-01T09:00:00Z");
  EXPECT_EQ(read("yyyy-MM-dd'T'HH:mmX", "2024-07-01T05:30-0330"), "2024-07-01T09:00:00Z");
  EXPECT_EQ(read("yyyy-MM-dd'T'HH:mmXX", "2024-07-01T11:00+0200"), "2024-07-01T09:00:00Z");
  EXPECT_EQ(read("yyyy-MM-dd'T'HH:mmXXX", "2024-07-01T11:00+02:00"), "2024-07-01T09:00:00Z");
  for (const std::string_view pattern :
       {"yyyy-MM-dd'T'HH:mmX", "yyyy-MM-dd'T'HH:mmXX", "yyyy-MM-dd'T'HH:mmXXX"}) {
    EXPECT_EQ(read(pattern, "2024-07-01T09:00Z"), "2024-07-01T09:00:00Z");
    expect_refused(pattern, {"2024-07-01T09:00", "2024-07-01T09:00+19:00", "2024-07-01T09:00+1900",
                             "2024-07-01T09:00+2", "2024-07-01T09:00 Z"});
  }
  expect_refused("yyyy-MM-dd'T'HH:mmXX", {"2024-07-01T09:00+02", "2024-07-01T09:00+02:00"});
  expect_refused("yyyy-MM-dd'T'HH:mmXXX",
                 {"2024-07-01T09:00+02", "2024-07-01T09:00+0200", "2024-07-01T09:00+02:60"});
}

TEST(TimeFormat, ZoneWordsAreThoseOfUtc) {
  for (const std::string_view text : {"2024-07-01 UTC", "2024-07-01 GMT", "2024-07-01 Z"}) {
    EXPECT_EQ(read("yyyy-MM-dd z", text), "2024-07-01T00:00:00Z");
  }
  expect_refused("yyyy-MM-dd z", {"2024-07-01 CET", "2024-07-01 utc", "2024-07-01 ", "2024-07-01 UTC+1"});
}

TEST(TimeFormat, TheWholeTextMustMatch) {
  expect_refused("yyyy-MM-dd", {"", " 2024-07-01", "2024-07-01 ", "2024-07-01T00:00:00", "2024-07",
                                "2024/07/01", std::string_view("2024-07-01\0", 11)});
}

TEST(TimeFormat, RefusesWhatTheCalendarAndTheClockDoNotHave) {
  expect_refused("yyyy-MM-dd", {"2024-02-30", "2023-02-29", "2024-00-01", "2024-13-01", "2024-01-00"});
  expect_refused("yyyy-MM-dd HH:mm:ss",
                 {"2024-07-01 24:00:00", "2024-07-01 09:60:00", "2024-07-01 09:00:60"});
  EXPECT_EQ(read("yyyy-MM-dd", "2024-02-29"), "2024-02-29T00:00:00Z");
}

TEST(TimeFormat, YearsFrom0000To9999AreTheBounds) {
  EXPECT_EQ(read("yyyy-MM-dd", "0000-01-01"), "0000-01-01T00:00:00Z");
  EXPECT_EQ(read("yyyy-MM-dd HH:mm", "9999-12-31 23:59"), "9999-12-31T23:59:00Z");
  expect_refused("yyyy-MM-dd HH:mmXXX", {"0000-01-01 00:00+00:01", "9999-12-31 23:59-00:01"});
}

TEST(TimeFormat, QuotesHoldText) {
  EXPECT_EQ(read("'day' yyyy-MM-dd", "day 2024-07-01"), "2024-07-01T00:00:00Z");
  EXPECT_EQ(read("yyyy-MM-dd 'o''clock'", "2024-07-01 o'clock"), "2024-07-01T00:00:00Z");
  EXPECT_EQ(read("yyyy''MM''dd", "2024'07'01"), "2024-07-01T00:00:00Z");
  EXPECT_EQ(read("yyyy'年'MM'月'dd'日'", "2024年07月01日"), "2024-07-01T00:00:00Z");
}

TEST(TimeFormat, EpochsAreWholeNumbers) {
  EXPECT_EQ(read("epoch_seconds", "1719824400"), "2024-07-01T09:00:00Z");
  EXPECT_EQ(read("epoch_millis", "1719824400250"), "2024-07-01T09:00:00.25Z");
  EXPECT_EQ(read("epoch_micros", "-1"), "1969-12-31T23:59:59.999999Z");
  expect_refused("epoch_seconds", {"", "1.5", "1e9", " 1", "1 ", "+1", "253402300800", "99999999999999999999",
                                   "-62167219201", "2024-07-01"});
  EXPECT_TRUE(compiled("epoch_millis").is_epoch());
  EXPECT_FALSE(compiled("yyyy-MM-dd").is_epoch());
  EXPECT_EQ(compiled("epoch_seconds").from_epoch(0), Timestamp{0});
  EXPECT_EQ(compiled("epoch_seconds").from_epoch(INT64_MAX), std::nullopt);
  EXPECT_EQ(compiled("epoch_micros").from_epoch(INT64_MIN), std::nullopt);
}

TEST(TimeFormat, WritesWhatItReads) {
  const Timestamp time = *parse_timestamp("2024-07-01T21:05:09.123456Z");
  EXPECT_EQ(compiled("yyyy-MM-dd HH:mm:ss 'UTC'").format(time), "2024-07-01 21:05:09 UTC");
  EXPECT_EQ(compiled("M/d/yyyy h:mm a").format(time), "7/1/2024 9:05 PM");
  EXPECT_EQ(compiled("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").format(time), "2024-07-01T21:05:09.123Z");
  EXPECT_EQ(compiled("yyyy-MM-dd HH:mm:ss.SSSSSSSSS z").format(time), "2024-07-01 21:05:09.123456000 UTC");
  EXPECT_EQ(compiled("epoch_millis").format(time), "1719867909123");
  EXPECT_EQ(compiled("epoch_seconds").format(Timestamp{-1}), "-1");
  EXPECT_EQ(compiled("yyyy-MM-dd hh a").format(*parse_timestamp("2024-07-01")), "2024-07-01 12 AM");
}

TEST(TimeFormat, SaysWhatIsWrongWithAPattern) {
  for (const auto& [pattern, told] : std::vector<std::pair<std::string, std::string>>{
           {"", "whole date"},
           {"HH:mm", "whole date"},
           {"yyyy-MM", "whole date"},
           {"yy-MM-dd", "two digits"},
           {"yyyyy-MM-dd", "write `yyyy`"},
           {"yyyy-MMM-dd", "write `MM`"},
           {"yyyy-MM-dd EEE", "`EEE`, which is no field"},
           {"YYYY-MM-dd", "`YYYY`, which is no field"},
           {"yyyy-MM-ddThh:mm", "`T`, which is no field"},
           {"yyyy-MM-dd dd", "`d` twice"},
           {"yyyy-MM-dd hh:mm", "h and a together"},
           {"yyyy-MM-dd HH:mm a", "h and a together"},
           {"yyyy-MM-dd HH hh a", "hour twice"},
           {"yyyy-MM-dd X z", "zone twice"},
           {"yyyy-MM-dd mm", "larger unit"},
           {"yyyy-MM-dd HH:ss", "larger unit"},
           {"yyyy-MM-dd HH:mm.SSS", "larger unit"},
           {"yyyyMd", "where `M` ends"},
           {"yyyy-M'1'-dd", "where `M` ends"},
           {"yyyy-MM-dd'T", "quote"},
           {"yyyy-MM-dd[ HH]", "`[`"},
           {"yyyy-MM-dd HH:mm:ss.SSSSSSSSSS", "write `SSSSSSSSS`"},
           {"epoch_hours", "no field"},
       }) {
    EXPECT_NE(complaint(pattern).find(told), std::string::npos) << pattern << ": " << complaint(pattern);
    EXPECT_NE(complaint(pattern).find(pattern), std::string::npos);
  }
}

TEST(TimeFormat, ZoneOfTheMachineMakesNoDifference) {
  ASSERT_EQ(setenv("TZ", "America/New_York", 1), 0);
  tzset();
  EXPECT_EQ(read("yyyy-MM-dd HH:mm", "2024-07-01 09:00"), "2024-07-01T09:00:00Z");
  ASSERT_EQ(unsetenv("TZ"), 0);
  tzset();
}

// A pattern, and the microseconds that it can tell apart.
struct Precision {
  std::string_view pattern;
  std::int64_t micros;
};

RC_GTEST_PROP(TimeFormatProperty, EveryTimeSurvivesBeingWrittenAndReadToThePrecisionOfThePattern, ()) {
  const auto [pattern, micros] = *rc::gen::element(
      Precision{"yyyy-MM-dd HH:mm:ss 'UTC'", 1'000'000}, Precision{"M/d/yyyy h:mm a", 60'000'000},
      Precision{"yyyyMMddHHmmssSSS", 1'000}, Precision{"d.M.yyyy", 86'400'000'000},
      Precision{"yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX", 1}, Precision{"a hh yyyy-MM-dd z", 3'600'000'000},
      Precision{"epoch_seconds", 1'000'000}, Precision{"epoch_millis", 1'000}, Precision{"epoch_micros", 1});
  const auto time = Timestamp{*rc::gen::inRange(kTimestampMin.micros, kTimestampMax.micros)};
  const auto format = compiled(pattern);
  const auto again = format.parse(format.format(time));
  RC_ASSERT(again.has_value());
  const std::int64_t cut = ((time.micros % micros) + micros) % micros;
  RC_ASSERT(again->micros == time.micros - cut);
}

RC_GTEST_PROP(TimeFormatProperty, AnyPatternIsRefusedWithItsReasonOrReadsWhatItWrites,
              (const std::string& tail)) {
  const auto format = TimeFormat::compile("yyyy-MM-dd" + tail);
  if (!format) {
    RC_ASSERT(!format.error().message.empty());
    return;
  }
  const Timestamp midnight = *parse_timestamp("2024-07-01");
  RC_ASSERT(format->parse(format->format(midnight)) == midnight);
}

}  // namespace
}  // namespace millrace
