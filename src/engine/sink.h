// Where records go: one transaction an epoch that holds rows, dead letters and progress, all or nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "engine/source.h"
#include "engine/tally.h"
#include "event/visit.h"

namespace millrace {

// What the sink holds of a visit: as much as it takes to tell a duplicate from an addition.
struct StoredVisit {
  std::string session_id;
  std::string user_id;
  std::string device_type;
  std::unordered_set<std::uint64_t> event_ids;
  std::unordered_set<std::uint64_t> page_hashes;  // hash64 of each page_url viewed
  std::int32_t next_event_index = 0;
};
using StoredVisits = std::unordered_map<std::uint64_t, StoredVisit>;

// A record set aside by an epoch, because its visit was being stored by another one (or by itself) at the
// time.
struct PendingRecord {
  std::uint64_t pending_id = 0;
  std::string partition;
  std::string payload;  // padded by VisitDecoder::kPadding bytes, which are no part of the record
  std::string topic;
  std::string file;
  Provenance provenance;  // its text points into this record: see label()

  std::string_view record(std::size_t padding) const {
    return std::string_view(payload).substr(0, payload.size() - padding);
  }
};

// What storing a batch changed, with where it leaves its partition.
struct BatchOutcome {
  ProgressMove move;
  Tally tally;
};

// One transaction. Used by one thread. Destroyed without commit(), it leaves nothing behind.
class EpochWriter {
 public:
  virtual ~EpochWriter() = default;

  // A visit that no other transaction holds, with all its rows.
  virtual Status store(const Visit& visit, const Provenance& provenance) = 0;

  // Further events of a visit that is stored already: rows for them, and the visit's counts and bounds
  // widened.
  virtual Status add_to_stored(const Visit& visit, const Provenance& provenance) = 0;

  virtual Status refuse(const Refusal& refusal, const Provenance& provenance) = 0;

  // Sets a record aside for settle().
  virtual Status defer(std::string_view record, std::string_view partition, const Provenance& provenance) = 0;

  // Takes a record that was set aside off the list; `tally` says what became of it.
  virtual Status settle(const PendingRecord& record, const Tally& tally) = 0;

  virtual Status commit(std::span<const BatchOutcome> outcomes) = 0;
};

// Safe to use from several threads.
class Sink {
 public:
  virtual ~Sink() = default;

  virtual Result<std::unique_ptr<EpochWriter>> begin() = 0;

  // The committed visits among `keys`.
  virtual Result<StoredVisits> find(std::span<const std::uint64_t> keys) = 0;

  // Every committed visit's key, once, in no order.
  virtual Status each_visit_key(const std::function<void(std::span<const std::uint64_t>)>& visit) = 0;

  // Records set aside, oldest first, at most `count` of them, and no more than fit into memory
  // (kEpochSuspectsMax).
  virtual Result<std::vector<PendingRecord>> pending(std::size_t count) = 0;
};

}  // namespace millrace
