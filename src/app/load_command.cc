#include "app/load_command.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>

#include "app/input_files.h"
#include "app/load_report.h"
#include "engine/dry_run_sink.h"
#include "engine/ingest.h"
#include "warehouse/file_source.h"
#include "warehouse/ledger.h"
#include "warehouse/sealing_sink.h"

namespace millrace {
namespace {

// A visit takes at least this many bytes of JSON: bounds how many a file can hold.
constexpr std::uint64_t kVisitBytesMin = 256;
constexpr std::uint64_t kCompressionRatioMax = 16;
constexpr std::chrono::milliseconds kTurnCheckPeriod{100};

// 0 when a part of the input has no known size.
std::uint64_t total_size(const std::vector<InputFile>& files) {
  std::uint64_t sum = 0;
  for (const InputFile& file : files) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(file.path, error);
    if (error) return 0;
    sum += size;
  }
  return sum;
}

std::uint64_t expected_visits(const std::vector<InputFile>& files) {
  std::uint64_t bytes = 0;
  for (const InputFile& file : files) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(file.path, error);
    const bool compressed = file.path.ends_with(".gz") || file.path.ends_with(".zst");
    bytes += error ? 1u << 30 : size * (compressed ? kCompressionRatioMax : 1);
  }
  return bytes / kVisitBytesMin;
}

std::vector<SourceName> source_names(const std::vector<InputFile>& files) {
  std::vector<SourceName> names;
  for (const InputFile& file : files) names.push_back({std::string(kVisitContract), std::nullopt, file.name});
  return names;
}

int exit_code(const LoadSummary& summary, bool some_failed) {
  if (summary.stopped) return kExitInterrupted;
  if (some_failed) return kExitFailed;
  return summary.tally.visits.dead_letters + summary.tally.events.dead_letters > 0 ? kExitPartial : kExitOk;
}

Status report(const LoadSummary& summary, const FileSource& source, const LoadOptions& options,
              Session& session) {
  const Status written = session.write(options.json ? summary_json(summary) : summary_text(summary));
  if (!written && !session.reader_left()) return written;
  if (summary.tally.visits.dead_letters + summary.tally.events.dead_letters > 0 && !options.dry_run) {
    session.say("\nSome were refused. See them with: millrace dead-letters list\n");
  }
  for (const FileFailure& failure : source.failures()) {
    session.say("millrace: {}: {}{}\n", failure.file, failure.error.message,
                options.dry_run ? "" : "; what had been stored of it stays");
  }
  if (summary.stopped) {
    session.say("Stopped. What is counted above is stored; run the same command again to load the rest.\n");
  }
  return {};
}

}  // namespace

Result<int> load(const LoadOptions& options, Warehouse& warehouse, const Clock& clock, Session& session) {
  MILLRACE_ASSIGN(std::vector<InputFile> files, find_input_files(options.paths, session.folder()));
  const std::vector<FileFailure> misnamed = take_misnamed(files);
  for (const FileFailure& failure : misnamed) {
    session.say("millrace: {}: {}\n", failure.file, failure.error.message);
  }

  std::unique_lock turn(warehouse.load_mutex(), std::try_to_lock);
  if (!turn) {
    session.say("Waiting for another load to end.\n");
    while (!turn.try_lock_for(kTurnCheckPeriod)) {
      if (session.stop().stop_requested()) return kExitInterrupted;
    }
  }
  MILLRACE_ASSIGN(Connection connection, warehouse.database().connect());
  MILLRACE_ASSIGN(Ledger ledger, Ledger::open(connection));
  MILLRACE_ASSIGN(const std::unique_ptr<SealingSink> sealing, SealingSink::open(warehouse.database()));
  if (!options.dry_run) MILLRACE_TRY(sealing->name_sources(source_names(files)));
  DryRunSink rehearsal(*sealing);
  Sink& sink = options.dry_run ? static_cast<Sink&>(rehearsal) : *sealing;
  FileSource source(files, session.in(),
                    {.again = options.again, .dry_run = options.dry_run, .stop = session.stop()}, clock.now(),
                    ledger);

  const auto start = std::chrono::steady_clock::now();
  IngestProgress progress;
  const IngestOptions ingest_options = {
      .workers = options.workers != 0 ? options.workers : std::max(1u, std::thread::hardware_concurrency()),
      .expected_visits = expected_visits(files)};
  LoadSummary summary;
  summary.files = files.size() + misnamed.size();
  summary.dry_run = options.dry_run;
  {
    std::optional<LoadProgress> bar;
    if (!options.quiet) bar.emplace(session, progress, source, total_size(files));
    MILLRACE_ASSIGN(summary.tally, ingest(source, sink, ingest_options, progress, session.stop()));
    summary.stopped = session.stop().stop_requested();
    if (!options.dry_run) {
      if (!summary.stopped) MILLRACE_TRY(ledger.complete(connection, source.finished(), clock.now()));
      const Status moved = warehouse.checkpoint(session.stop());
      if (!moved && moved.error().code != ErrorCode::kCancelled) return std::unexpected(moved.error());
    }
  }
  summary.known_files = source.known_files();
  summary.failed_files = source.failures().size() + misnamed.size();
  summary.input_bytes = progress.input_bytes;
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  MILLRACE_TRY(report(summary, source, options, session));
  return exit_code(summary, summary.failed_files > 0);
}

}  // namespace millrace
