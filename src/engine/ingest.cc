#include "engine/ingest.h"

#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "engine/epoch.h"
#include "engine/lane.h"
#include "engine/settlement.h"

namespace millrace {
namespace {

// What the workers of one run share.
struct Run {
  Source& source;
  Sink& sink;
  KeyRegistries registries;
  IngestProgress& progress;
  std::stop_token stop;
  std::stop_source failed = {};

  std::mutex mutex = {};
  Tallies tallies = {};             // guarded by mutex
  std::optional<Error> error = {};  // guarded by mutex; the first

  bool should_stop() const { return stop.stop_requested() || failed.stop_requested(); }
};

// Takes batches into one epoch until it is full; false when the source has ended.
Result<bool> fill(Epoch& epoch, RecordBatch& batch, Run& run) {
  while (!epoch.is_full() && !run.should_stop()) {
    MILLRACE_ASSIGN(const bool more, run.source.next(batch));
    if (!more) return false;
    MILLRACE_TRY(epoch.add(batch));
    run.progress.input_bytes += batch.input_bytes;
    run.progress.records += batch.records.size();
  }
  return true;
}

Status work(Run& run) {
  Lanes lanes;
  RecordBatch batch;
  bool more = true;
  while (more && !run.should_stop()) {
    Epoch epoch(run.sink, run.registries, lanes);
    MILLRACE_ASSIGN(more, fill(epoch, batch, run));
    if (epoch.is_empty()) continue;
    MILLRACE_ASSIGN(const Tallies tallies, epoch.commit());
    const std::lock_guard lock(run.mutex);
    for (const auto& [contract, tally] : tallies) {
      run.progress.dead_letters += tally.records.dead_letters + tally.events.dead_letters;
      run.tallies[contract] += tally;
    }
  }
  return {};
}

void work_or_fail(Run& run) {
  const Status status = work(run);
  if (status) return;
  run.failed.request_stop();
  const std::lock_guard lock(run.mutex);
  if (!run.error) run.error = status.error();
}

}  // namespace

Result<Tallies> ingest(Source& source, Sink& sink, const IngestOptions& options, IngestProgress& progress,
                       std::stop_token stop) {
  MILLRACE_TRY(settle_pending(sink));  // what a run that was killed left behind
  Run run{.source = source,
          .sink = sink,
          .registries = KeyRegistries(sink, options.expected_keys),
          .progress = progress,
          .stop = std::move(stop)};
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 1; i < options.workers; ++i) workers.emplace_back([&run] { work_or_fail(run); });
    work_or_fail(run);
  }
  if (run.error) return std::unexpected(*run.error);
  MILLRACE_ASSIGN(Tallies settled, settle_pending(sink));
  for (auto& [contract, tally] : settled) {
    Tally& of_contract = run.tallies[contract];
    tally.records.received = 0;  // counted when they were set aside
    of_contract.pending -= tally.pending;
    tally.pending = 0;
    of_contract += tally;
  }
  return run.tallies;
}

}  // namespace millrace
