// One epoch of one worker: takes batches, decodes them, removes duplicates and gives the sink one
// transaction.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/sink.h"
#include "engine/source.h"
#include "engine/visit_registry.h"
#include "event/visit_decoder.h"

namespace millrace {

// Used by one thread. Destroyed without commit(), it stores nothing and gives its claims back. After a
// commit() that failed, its visits stay claimed.
class Epoch {
 public:
  Epoch(Sink& sink, VisitRegistry& registry, VisitDecoder& decoder)
      : sink_(sink), registry_(registry), decoder_(decoder) {}
  ~Epoch();
  Epoch(const Epoch&) = delete;
  Epoch& operator=(const Epoch&) = delete;

  Status add(const RecordBatch& batch);
  bool is_full() const;
  bool is_empty() const { return outcomes_.empty(); }

  // Stores all that was added, or nothing. Returns what became of it.
  Result<Tally> commit();

 private:
  // A record whose visit may be stored already, kept until the sink has been asked.
  struct Suspect {
    std::string payload;  // padded
    std::string topic;
    std::string file;
    Provenance provenance;
    std::uint64_t visit_key;
    std::size_t outcome;  // index of its batch
  };

  Status open();
  Status add_record(const SourceRecord& record);
  Status store(const DecodedVisit& decoded, const Provenance& provenance, Tally& tally);
  Status suspect(const SourceRecord& record, std::uint64_t key);
  Status resolve_suspects();
  Status resolve(const Suspect& suspect, const StoredVisits& stored);

  Sink& sink_;
  VisitRegistry& registry_;
  VisitDecoder& decoder_;
  std::unique_ptr<EpochWriter> writer_;
  std::vector<BatchOutcome> outcomes_;
  std::vector<std::uint64_t> claims_;
  std::vector<Suspect> suspects_;
  std::uint64_t suspect_bytes_ = 0;
  std::uint64_t input_bytes_ = 0;
  bool commit_tried_ = false;
};

}  // namespace millrace
