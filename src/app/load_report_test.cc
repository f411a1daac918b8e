#include "app/load_report.h"

#include <gtest/gtest.h>

namespace millrace {
namespace {

LoadSummary summary() {
  LoadSummary summary;
  summary.tallies["visits"].records = {1'200, 1'000, 50, 150};
  summary.tallies["visits"].events = {9'000, 8'000, 300, 700};
  summary.tallies["visits"].items = {40, 30, 4, 6};
  summary.files = 2;
  summary.known_files = 1;
  summary.input_bytes = 12'345'678;
  summary.seconds = 1.25;
  return summary;
}

TEST(LoadReport, TellsWhatBecameOfEveryRecordOfEveryTable) {
  const std::string text = summary_text(summary());
  EXPECT_NE(text.find("loaded 2 files, 12.3 MB in 1.25 s; 1 of them had been loaded before"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("visits                   1,200         1,000            50           150\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("purchase_items              40            30             4             6\n"),
            std::string::npos)
      << text;
}

TEST(LoadReport, SaysThatADryRunStoredNothing) {
  LoadSummary dry = summary();
  dry.dry_run = true;
  const std::string text = summary_text(dry);
  EXPECT_NE(text.find("nothing was stored"), std::string::npos);
  EXPECT_NE(text.find("would store"), std::string::npos);
  EXPECT_EQ(text.find("loaded 2"), std::string::npos);
}

TEST(LoadReport, CountsTheFilesThatCouldNotBeRead) {
  LoadSummary some = summary();
  some.failed_files = 1;
  EXPECT_TRUE(summary_text(some).starts_with("loaded 1 file, 1 could not be read, 12.3 MB"))
      << summary_text(some);
  EXPECT_NE(summary_json(some).find(R"("files_failed":1)"), std::string::npos);
}

TEST(LoadReport, TellsProgramsTheSame) {
  LoadSummary stopped = summary();
  stopped.stopped = true;
  EXPECT_EQ(
      summary_json(stopped),
      R"({"files":2,"files_known":1,"files_failed":0,"input_bytes":12345678,"seconds":1.250,"dry_run":false,"stopped":true,"tables":{)"
      R"("visits":{"received":1200,"stored":1000,"dead_letters":50,"duplicates":150},)"
      R"("events":{"received":9000,"stored":8000,"dead_letters":300,"duplicates":700},)"
      R"("purchase_items":{"received":40,"stored":30,"dead_letters":4,"duplicates":6}}})"
      "\n");
}

}  // namespace
}  // namespace millrace
