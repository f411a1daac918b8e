// A sink that stores nothing: for counting what a load would do. Asks the real sink what is stored already.
#pragma once

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
  Result<StoredVisits> find(std::span<const std::uint64_t> keys) override;
  Status each_visit_key(const std::function<void(std::span<const std::uint64_t>)>& visit) override {
    return stored_.each_visit_key(visit);
  }
  Result<std::vector<PendingRecord>> pending(std::size_t count) override;

 private:
  class Writer;

  Sink& stored_;
  std::mutex mutex_;  // guards all below
  StoredVisits rehearsed_;
  std::vector<PendingRecord> pending_;
};

}  // namespace millrace
