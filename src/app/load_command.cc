#include "app/load_command.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <optional>
#include <thread>

#include "app/contract_choice.h"
#include "app/input_files.h"
#include "app/load_report.h"
#include "engine/dry_run_sink.h"
#include "engine/ingest.h"
#include "engine/settlement.h"
#include "warehouse/file_source.h"
#include "warehouse/ledger.h"
#include "warehouse/sealing_sink.h"

namespace millrace {
namespace {

// Few records with keys take fewer bytes: sizes the filters of known keys.
constexpr std::uint64_t kVisitBytesMin = 256;
constexpr std::uint64_t kRowBytesMin = 64;
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

std::uint64_t expected_keys(const std::vector<InputFile>& files) {
  std::uint64_t keys = 0;
  for (const InputFile& file : files) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(file.path, error);
    const bool compressed = file.path.ends_with(".gz") || file.path.ends_with(".zst");
    const std::uint64_t bytes = error ? 1u << 30 : size * (compressed ? kCompressionRatioMax : 1);
    keys += bytes / (file.contract->is_nested() ? kVisitBytesMin : kRowBytesMin);
  }
  return keys;
}

std::vector<SourceName> source_names(const std::vector<InputFile>& files) {
  std::vector<SourceName> names;
  for (const InputFile& file : files) names.push_back({file.contract->name, std::nullopt, file.name});
  return names;
}

std::uint64_t dead_letters(const Tallies& tallies) {
  std::uint64_t sum = 0;
  for (const auto& [contract, tally] : tallies) sum += tally.records.dead_letters + tally.events.dead_letters;
  return sum;
}

int exit_code(const LoadSummary& summary, bool some_failed) {
  if (summary.stopped) return kExitInterrupted;
  if (some_failed) return kExitFailed;
  return dead_letters(summary.tallies) > 0 ? kExitPartial : kExitOk;
}

// Takes out the files whose contract cannot be told.
std::vector<FileFailure> tell_contracts(std::vector<InputFile>& files, const ContractStore& contracts,
                                        Session& session) {
  std::vector<FileFailure> untold;
  const std::vector<const Contract*> known = contracts.all();
  std::erase_if(files, [&](InputFile& file) {
    const Status told = tell_contract(file, session.in(), known, session.stop());
    if (told) return false;
    untold.push_back({file.name, told.error()});
    return true;
  });
  return untold;
}

// Each file has its contract then; those whose contract cannot be told are left out.
Status give_contracts(std::vector<InputFile>& files, const std::string& named, ContractStore& contracts,
                      Session& session, std::vector<FileFailure>& left_out) {
  if (named.empty()) {
    std::ranges::move(tell_contracts(files, contracts, session), std::back_inserter(left_out));
    return {};
  }
  MILLRACE_ASSIGN(const Contract* contract, find_contract(named, contracts, session));
  for (InputFile& file : files) file.contract = contract;
  return {};
}

// False: stopped while waiting.
bool wait_for_turn(std::unique_lock<std::timed_mutex>& turn, Session& session) {
  if (turn.try_lock()) return true;
  session.say("Waiting for another load to end.\n");
  while (!turn.try_lock_for(kTurnCheckPeriod)) {
    if (session.stop().stop_requested()) return false;
  }
  return true;
}

Status prepare(ContractStore& contracts, const std::vector<InputFile>& files, Timestamp now) {
  for (const InputFile& file : files) MILLRACE_TRY(contracts.prepare(*file.contract, now));
  return {};
}

Status report(const LoadSummary& summary, const FileSource& source, const LoadOptions& options,
              Session& session) {
  const Status written = session.write(options.json ? summary_json(summary) : summary_text(summary));
  if (!written && !session.reader_left()) return written;
  if (dead_letters(summary.tallies) > 0 && !options.dry_run) {
    session.say("\nSome were refused. See them with: millrace dead-letters list\n");
  }
  for (const FileFailure& failure : source.failures()) {
    session.say("millrace: {}: {}{}\n", failure.file, failure.error.message,
                options.dry_run ? "" : "; what of it was stored before stays, if anything was");
  }
  if (summary.stopped) {
    session.say("Stopped. What is counted above is stored; run the same command again to load the rest.\n");
  }
  return {};
}

}  // namespace

Result<int> load(const LoadOptions& options, Warehouse& warehouse, const Clock& clock, Session& session) {
  MILLRACE_ASSIGN(std::vector<InputFile> files, find_input_files(options.paths, session.folder()));
  std::vector<FileFailure> left_out = take_misnamed(files);

  std::unique_lock turn(warehouse.load_mutex(), std::defer_lock);
  if (!wait_for_turn(turn, session)) return kExitInterrupted;
  ContractStore& contracts = warehouse.contracts();
  MILLRACE_TRY(give_contracts(files, options.contract, contracts, session, left_out));
  for (const FileFailure& failure : left_out) {
    session.say("millrace: {}: {}\n", failure.file, failure.error.message);
  }
  MILLRACE_ASSIGN(Connection connection, warehouse.database().connect());
  MILLRACE_ASSIGN(Ledger ledger, Ledger::open(connection));
  MILLRACE_ASSIGN(const std::unique_ptr<SealingSink> sealing,
                  SealingSink::open(warehouse.database(), contracts));
  if (!options.dry_run) {
    MILLRACE_TRY(settle_pending(*sealing));  // by the versions of contracts that set the records aside
    MILLRACE_TRY(prepare(contracts, files, clock.now()));
    MILLRACE_TRY(sealing->name_sources(source_names(files)));
  }
  DryRunSink rehearsal(*sealing);
  Sink& sink = options.dry_run ? static_cast<Sink&>(rehearsal) : *sealing;
  FileSource source(files, session.in(),
                    {.again = options.again, .dry_run = options.dry_run, .stop = session.stop()}, clock.now(),
                    ledger);

  const auto start = std::chrono::steady_clock::now();
  IngestProgress progress;
  const IngestOptions ingest_options = {
      .workers = options.workers != 0 ? options.workers : std::max(1u, std::thread::hardware_concurrency()),
      .expected_keys = expected_keys(files)};
  LoadSummary summary;
  summary.files = files.size() + left_out.size();
  summary.dry_run = options.dry_run;
  for (const InputFile& file : files) summary.tallies[file.contract->name];  // also where nothing is new
  {
    std::optional<LoadProgress> bar;
    if (!options.quiet) bar.emplace(session, progress, source, total_size(files));
    MILLRACE_ASSIGN(const Tallies tallies, ingest(source, sink, ingest_options, progress, session.stop()));
    for (const auto& [contract, tally] : tallies) summary.tallies[contract] += tally;
    summary.stopped = session.stop().stop_requested();
    if (!options.dry_run) {
      if (!summary.stopped) MILLRACE_TRY(ledger.complete(connection, source.finished(), clock.now()));
      const Status moved = warehouse.checkpoint(session.stop());
      if (!moved && moved.error().code != ErrorCode::kCancelled) return std::unexpected(moved.error());
    }
  }
  summary.known_files = source.known_files();
  summary.failed_files = source.failures().size() + left_out.size();
  summary.input_bytes = progress.input_bytes;
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  MILLRACE_TRY(report(summary, source, options, session));
  return exit_code(summary, summary.failed_files > 0);
}

}  // namespace millrace
