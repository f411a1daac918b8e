#include "engine/ingest.h"

#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "engine/epoch.h"
#include "engine/settlement.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

// What the workers of one run share.
struct Run {
  Source& source;
  Sink& sink;
  VisitRegistry& registry;
  IngestProgress& progress;
  std::stop_token stop;
  std::stop_source failed = {};

  std::mutex mutex = {};
  Tally tally = {};                 // guarded by mutex
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
  VisitDecoder decoder;
  RecordBatch batch;
  bool more = true;
  while (more && !run.should_stop()) {
    Epoch epoch(run.sink, run.registry, decoder);
    MILLRACE_ASSIGN(more, fill(epoch, batch, run));
    if (epoch.is_empty()) continue;
    MILLRACE_ASSIGN(const Tally tally, epoch.commit());
    run.progress.dead_letters += tally.visits.dead_letters + tally.events.dead_letters;
    const std::lock_guard lock(run.mutex);
    run.tally += tally;
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

Result<Tally> ingest(Source& source, Sink& sink, const IngestOptions& options, IngestProgress& progress,
                     std::stop_token stop) {
  MILLRACE_TRY(settle_pending(sink));  // what a run that was killed left behind
  std::uint64_t stored_visits = 0;
  MILLRACE_TRY(
      sink.each_visit_key([&](std::span<const std::uint64_t> keys) { stored_visits += keys.size(); }));
  VisitRegistry registry(stored_visits + options.expected_visits);
  MILLRACE_TRY(sink.each_visit_key([&](std::span<const std::uint64_t> keys) { registry.add_stored(keys); }));

  Run run{
      .source = source, .sink = sink, .registry = registry, .progress = progress, .stop = std::move(stop)};
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 1; i < options.workers; ++i) workers.emplace_back([&run] { work_or_fail(run); });
    work_or_fail(run);
  }
  if (run.error) return std::unexpected(*run.error);
  MILLRACE_ASSIGN(Tally settled, settle_pending(sink));
  settled.visits.received = 0;  // counted when they were set aside
  run.tally.pending -= settled.pending;
  settled.pending = 0;
  run.tally += settled;
  return run.tally;
}

}  // namespace millrace
