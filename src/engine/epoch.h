// One epoch of one worker: takes batches, decodes them, removes duplicates and gives the sink one
// transaction.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/key_registry.h"
#include "engine/lane.h"
#include "engine/sink.h"
#include "engine/source.h"

namespace millrace {

// Used by one thread. Destroyed without commit(), it stores nothing and gives its claims back. After a
// commit() that failed, what it claimed stays claimed.
class Epoch {
 public:
  // The lanes are the worker's own: they serve one epoch after the other.
  Epoch(Sink& sink, KeyRegistries& registries, Lanes& lanes)
      : sink_(sink), registries_(registries), lanes_(lanes) {}
  ~Epoch();
  Epoch(const Epoch&) = delete;
  Epoch& operator=(const Epoch&) = delete;

  Status add(const RecordBatch& batch);
  bool is_full() const;
  bool is_empty() const { return outcomes_.empty(); }

  // Stores all that was added, or nothing. Returns what became of it.
  Result<Tallies> commit();

 private:
  // A record whose visit or row may be stored already, kept until the sink has been asked.
  struct Suspect {
    KeptRecord kept;
    std::uint64_t key;
    std::int64_t place;
    std::size_t outcome;  // index of its batch
  };

  // What the epoch holds of one contract.
  struct Part {
    std::array<Lane*, Lanes::kCount> lanes{};
    KeyRegistry* registry = nullptr;  // nothing for records known by their positions
    KeyRegistry::Claims* claims = nullptr;
    std::vector<Suspect> suspects;
  };

  // A record that waits in its lane to be written.
  struct Decoded {
    const SourceRecord* record;
    Lane* lane;  // nothing for one that is too large
    Lane::Standing standing;
    std::uint64_t key;  // of kKeyed
  };

  Status open();
  Result<Part*> part_of(const Contract& contract);
  Status refuse_header(const RecordBatch& batch, Fault fault);
  Decoded decode(const SourceRecord& record, const RecordBatch& batch, const Part& part,
                 std::size_t lane) const;
  Status write(const Decoded& decoded, const RecordBatch& batch, Part& part);
  Status write_keyed(const Decoded& decoded, const Provenance& provenance, Part& part);
  Status defer(std::string_view record, const Provenance& provenance, std::size_t outcome);
  Status resolve_suspects(Part& part);
  Status resolve(const Suspect& suspect, bool is_taken, Part& part);
  void close_claims();
  Tally& tally() { return outcomes_.back().tally; }

  Sink& sink_;
  KeyRegistries& registries_;
  Lanes& lanes_;
  std::unique_ptr<EpochWriter> writer_;
  std::vector<BatchOutcome> outcomes_;
  std::vector<std::string> headers_;  // of the batches, in the order of outcomes_
  std::map<const Contract*, Part> parts_;
  std::uint64_t suspect_bytes_ = 0;
  std::uint64_t input_bytes_ = 0;
  std::size_t claim_count_ = 0;
  bool commit_tried_ = false;
};

}  // namespace millrace
