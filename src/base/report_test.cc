#include "base/report.h"

#include <gtest/gtest.h>

#include <array>

namespace millrace {
namespace {

constexpr std::array kFields = {ReportField{"topic", std::string_view("a\"b")},
                                ReportField{"bytes", std::int64_t{7}}, ReportField{"share", 0.5},
                                ReportField{"is_last", true}};

TEST(Report, IsALineOfJson) {
  EXPECT_EQ(report_line(Severity::kWarning, "log_recovery", "cut\nhere", kFields, {0}),
            "{\"time\":\"1970-01-01T00:00:00Z\",\"severity\":\"warning\",\"event\":\"log_recovery\","
            "\"message\":\"cut\\nhere\",\"topic\":\"a\\\"b\",\"bytes\":7,\"share\":0.5,\"is_last\":true}\n");
}

TEST(Report, InWordsDoesNotSteerTheTerminal) {
  EXPECT_EQ(report_words(Severity::kError, "full\x1b[2J\n", {}), "millrace: error: full [2J \n");
  EXPECT_EQ(report_words(Severity::kInfo, "cut", std::span(kFields).subspan(1)),
            "millrace: info: cut (bytes 7, share 0.5, is_last true)\n");
}

}  // namespace
}  // namespace millrace
