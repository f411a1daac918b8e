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
#include "event/contract.h"
#include "event/row.h"
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
using StoredVisits = std::unordered_map<std::uint64_t, StoredVisit>;  // by visit_key
using StoredRows = std::unordered_map<std::uint64_t, std::uint64_t>;  // content_hash by event_id

// A copy of a record that outlives its batch.
struct KeptRecord {
  KeptRecord() = default;
  KeptRecord(std::string_view record, const Provenance& place);

  std::string_view record() const {
    return std::string_view(payload).substr(0, payload.size() - kRecordPadding);
  }
  Provenance provenance() const;  // its texts are those of this object

  std::string payload;  // padded by kRecordPadding bytes, which are no part of the record
  std::string topic;
  std::string file;
  Provenance place;  // without its texts
};

// A record set aside by an epoch, because its visit or row was being stored by another one (or by itself) at
// the time.
struct PendingRecord {
  std::uint64_t pending_id = 0;
  const Contract* contract = nullptr;
  std::string partition;
  std::string header;  // CSV: as in its batch
  KeptRecord kept;
};

// What storing a batch changed, with where it leaves its partition.
struct BatchOutcome {
  ProgressMove move;
  const Contract* contract = nullptr;
  Tally tally = {};
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

  // A row that no other transaction holds.
  virtual Status store(const Contract& contract, const Row& row, const Provenance& provenance) = 0;

  virtual Status refuse(const Contract& contract, const Refusal& refusal, const Provenance& provenance) = 0;

  // Sets a record aside for settle(). `header` and the partition are those of its batch.
  virtual Status defer(const Contract& contract, std::string_view record, std::string_view header,
                       std::string_view partition, const Provenance& provenance) = 0;

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
  virtual Result<StoredVisits> find_visits(std::span<const std::uint64_t> keys) = 0;

  // The committed rows of a contract among `event_ids`.
  virtual Result<StoredRows> find_rows(const Contract& contract,
                                       std::span<const std::uint64_t> event_ids) = 0;

  // The key of everything committed of a contract, once, in no order: visit_key or event_id.
  virtual Status each_key(const Contract& contract,
                          const std::function<void(std::span<const std::uint64_t>)>& use) = 0;

  // Records set aside, oldest first, at most `count` of them, and no more than fit into memory
  // (kEpochSuspectsMax).
  virtual Result<std::vector<PendingRecord>> pending(std::size_t count) = 0;
};

}  // namespace millrace
