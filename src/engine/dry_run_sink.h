// A sink that stores nothing: for counting what a load would do. Asks the real sink what is stored already.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "engine/sink.h"

namespace millrace {

// Remembers the ids of what it was given, so that duplicates within the run are told: about 16 bytes an
// event.
class DryRunSink final : public Sink {
 public:
  explicit DryRunSink(Sink& stored) : stored_(stored) {}

  Result<std::unique_ptr<EpochWriter>> begin() override;
  Result<StoredVisits> find_visits(std::span<const std::uint64_t> keys) override;
  Result<StoredRows> find_rows(const Contract& contract, std::span<const std::uint64_t> event_ids) override;
  Status each_key(const Contract& contract,
                  const std::function<void(std::span<const std::uint64_t>)>& use) override {
    return stored_.each_key(contract, use);
  }
  Result<std::vector<PendingRecord>> pending(std::size_t count) override;

 private:
  class Writer;

  Sink& stored_;
  std::mutex mutex_;  // guards all below
  StoredVisits visits_;
  std::map<const Contract*, StoredRows> rows_;
  std::vector<PendingRecord> pending_;
};

}  // namespace millrace
