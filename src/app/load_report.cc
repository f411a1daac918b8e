#include "app/load_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "app/number_text.h"
#include "event/contract.h"

namespace millrace {
namespace {

constexpr std::chrono::milliseconds kBarPeriod{100};
constexpr std::chrono::seconds kLinePeriod{5};
constexpr std::size_t kBarWidth = 24;

struct TableLine {
  std::string name;
  TableTally tally;
};

// A visit has rows in three tables, a flat record is one row of its contract's.
std::vector<TableLine> table_lines(const Tallies& tallies) {
  std::vector<TableLine> lines;
  for (const auto& [contract, tally] : tallies) {
    lines.push_back({contract, tally.records});
    if (contract != name(Shape::kVisits)) continue;
    lines.push_back({"events", tally.events});
    lines.push_back({"purchase_items", tally.items});
  }
  return lines;
}

std::string bar(double share) {
  const auto full = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(kBarWidth));
  std::string text = "[";
  for (std::size_t i = 0; i < kBarWidth; ++i) text += i < full ? '=' : ' ';
  return text + "]";
}

}  // namespace

LoadProgress::LoadProgress(Session& session, const IngestProgress& progress, const FileSource& source,
                           std::uint64_t file_bytes_total)
    : session_(session),
      progress_(progress),
      source_(source),
      file_bytes_total_(file_bytes_total),
      thread_([this](std::stop_token stop) { run(std::move(stop)); }) {}

LoadProgress::~LoadProgress() {
  thread_.request_stop();
  thread_.join();
  if (drawn_ && session_.err_is_terminal()) session_.say("\r\x1b[K");
}

void LoadProgress::run(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  const bool terminal = session_.err_is_terminal();
  const std::chrono::milliseconds period = terminal ? kBarPeriod : kLinePeriod;
  while (!wake.wait_for(lock, stop, period, [&stop] { return stop.stop_requested(); })) {
    session_.say("{}{}{}", terminal ? "\r\x1b[K" : "", line(), terminal ? "" : "\n");
    drawn_ = true;
  }
}

std::string LoadProgress::line() const {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const auto records = static_cast<double>(progress_.records.load());
  const auto bytes = static_cast<double>(progress_.input_bytes.load());
  std::string text;
  if (file_bytes_total_ > 0) {
    const double share =
        static_cast<double>(source_.file_bytes_read()) / static_cast<double>(file_bytes_total_);
    text += fmt::format("{} {:3.0f} %  ", bar(share), share * 100);
    if (share > 0.01) text += fmt::format("{:.0f} s left  ", seconds / share - seconds);
  }
  text += fmt::format("{} records, {}/s, {:.1f} MB/s", with_commas(progress_.records.load()),
                      with_commas(static_cast<std::uint64_t>(records / seconds)), bytes / seconds / 1e6);
  if (const std::uint64_t refused = progress_.dead_letters.load(); refused > 0) {
    text += fmt::format(", {} refused", with_commas(refused));
  }
  return text;
}

std::string summary_text(const LoadSummary& summary) {
  const std::size_t files = summary.files - summary.failed_files;
  std::string text =
      fmt::format("{} {} {}", summary.dry_run ? "read" : "loaded", files, files == 1 ? "file" : "files");
  if (summary.failed_files > 0) text += fmt::format(", {} could not be read", summary.failed_files);
  text +=
      fmt::format(", {:.1f} MB in {:.2f} s", static_cast<double>(summary.input_bytes) / 1e6, summary.seconds);
  if (summary.dry_run) text += "; a dry run: nothing was stored";
  if (summary.known_files > 0) {
    text += fmt::format("; {} of them had been loaded before", summary.known_files);
  }
  text += fmt::format("\n\n{:<16}{:>14}{:>14}{:>14}{:>14}\n", "", "received",
                      summary.dry_run ? "would store" : "stored", "dead letters", "duplicates");
  for (const TableLine& line : table_lines(summary.tallies)) {
    text += fmt::format("{:<16}{:>14}{:>14}{:>14}{:>14}\n", line.name, with_commas(line.tally.received),
                        with_commas(line.tally.stored), with_commas(line.tally.dead_letters),
                        with_commas(line.tally.duplicates));
  }
  return text;
}

std::string summary_json(const LoadSummary& summary) {
  std::string tables;
  for (const TableLine& line : table_lines(summary.tallies)) {
    tables += fmt::format(R"({}"{}":{{"received":{},"stored":{},"dead_letters":{},"duplicates":{}}})",
                          tables.empty() ? "" : ",", line.name, line.tally.received, line.tally.stored,
                          line.tally.dead_letters, line.tally.duplicates);
  }
  return fmt::format(
             R"({{"files":{},"files_known":{},"files_failed":{},"input_bytes":{},"seconds":{:.3f},"dry_run":{},"stopped":{},"tables":{{{}}}}})",
             summary.files, summary.known_files, summary.failed_files, summary.input_bytes, summary.seconds,
             summary.dry_run, summary.stopped, tables) +
         "\n";
}

}  // namespace millrace
