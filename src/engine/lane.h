// The way of one contract's records through an epoch and through the settlement: what they are known by, and
// what is written of them. Epoch and settlement are the same for all contracts; what differs stands behind
// this.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "engine/sink.h"
#include "engine/source.h"
#include "engine/tally.h"
#include "event/contract.h"
#include "event/fault.h"

namespace millrace {

// Holds one record at a time: the one that was decoded last. Not thread-safe.
class Lane {
 public:
  virtual ~Lane() = default;

  // The records to come are of this batch. A fault: its header is none, and all of them will be refused.
  virtual Check begin_batch(std::string_view partition, std::string_view header) = 0;

  enum class Standing {
    kRefused,  // nothing of it can be stored: refuse()
    kUnique,   // known by its position: store()
    kKeyed,    // known by key(): it may be stored already
  };
  // The record must live until the next call.
  virtual Standing decode(std::string_view record, Timestamp received_at, std::int64_t place,
                          bool unterminated) = 0;
  virtual std::uint64_t key() const = 0;

  // Each writes what becomes of the record, and counts it.
  virtual Status refuse(EpochWriter& writer, const Provenance& provenance, Tally& tally) = 0;
  virtual Status store(EpochWriter& writer, const Provenance& provenance, Tally& tally) = 0;

  // Asks the sink what it has of these keys. What is asked later takes the place of it.
  virtual Status look_up(Sink& sink, std::span<const std::uint64_t> keys) = 0;

  // What becomes of a record whose key has been looked up. False: it adds to something stored, which only
  // settle() may do; nothing is written or counted then.
  virtual Result<bool> resolve(EpochWriter& writer, const Provenance& provenance, Tally& tally) = 0;

  // The same, adding where it has to; what it stores is known to the calls after it.
  virtual Status settle(EpochWriter& writer, const Provenance& provenance, Tally& tally) = 0;
};

std::unique_ptr<Lane> make_visit_lane(const Contract& contract);
std::unique_ptr<Lane> make_row_lane(const Contract& contract);

// The lanes of one worker, made as contracts come. A contract has as many as records are held at once. Not
// thread-safe.
class Lanes {
 public:
  static constexpr std::size_t kCount = 2;

  Lane& of(const Contract& contract, std::size_t index = 0);

 private:
  std::map<const Contract*, std::array<std::unique_ptr<Lane>, kCount>> lanes_;
};

}  // namespace millrace
