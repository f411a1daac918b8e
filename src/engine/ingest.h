// Runs a bounded source into a sink: several workers, each with epochs of its own, then the settlement.
#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>

#include "base/result.h"
#include "engine/sink.h"
#include "engine/source.h"
#include "engine/tally.h"

namespace millrace {

// How far a run is; read by others while it runs.
struct IngestProgress {
  std::atomic<std::uint64_t> input_bytes{0};
  std::atomic<std::uint64_t> records{0};
  std::atomic<std::uint64_t> dead_letters{0};  // of committed epochs
};

struct IngestOptions {
  unsigned workers = 2;
  std::uint64_t expected_keys = 0;  // a contract, beyond those stored; sizes the filters of known keys
};

// Until the source ends, a worker fails, or stop is requested: then each worker still commits what it has
// taken, so that whole batches are stored. Returns what became of all records of committed epochs, settled.
// After an error, what was committed stays, and the same run again goes on from there.
Result<Tallies> ingest(Source& source, Sink& sink, const IngestOptions& options, IngestProgress& progress,
                       std::stop_token stop);

}  // namespace millrace
