#include "engine/dry_run_sink.h"

#include <algorithm>
#include <iterator>

namespace millrace {

class DryRunSink::Writer final : public EpochWriter {
 public:
  explicit Writer(DryRunSink& sink) : sink_(sink) {}

  Status store(const Visit& visit, const Provenance&) override { return remember(visit); }
  Status add_to_stored(const Visit& visit, const Provenance&) override { return remember(visit); }
  Status store(const Contract& contract, const Row& row, const Provenance&) override {
    if (contract.identity.is_position()) return {};
    const std::lock_guard lock(sink_.mutex_);
    sink_.rows_[&contract].emplace(row.event_id, row.content_hash);
    return {};
  }
  Status refuse(const Contract&, const Refusal&, const Provenance&) override { return {}; }

  Status defer(const Contract& contract, std::string_view record, std::string_view header,
               std::string_view partition, const Provenance& provenance) override {
    PendingRecord pending{.contract = &contract,
                          .partition = std::string(partition),
                          .header = std::string(header),
                          .kept = KeptRecord(record, provenance)};
    const std::lock_guard lock(sink_.mutex_);
    sink_.pending_.push_back(std::move(pending));
    return {};
  }

  Status settle(const PendingRecord&, const Tally&) override { return {}; }
  Status commit(std::span<const BatchOutcome>) override { return {}; }

 private:
  Status remember(const Visit& visit) {
    const std::lock_guard lock(sink_.mutex_);
    StoredVisit& stored = sink_.visits_[visit.visit_key];
    stored.session_id = visit.session_id;
    stored.user_id = visit.user_id;
    stored.device_type = visit.device_type;
    for (const Event& event : visit.events) stored.event_ids.insert(event.event_id);
    return {};
  }

  DryRunSink& sink_;
};

Result<std::unique_ptr<EpochWriter>> DryRunSink::begin() {
  return std::make_unique<Writer>(*this);
}

Result<StoredVisits> DryRunSink::find_visits(std::span<const std::uint64_t> keys) {
  MILLRACE_ASSIGN(StoredVisits found, stored_.find_visits(keys));
  const std::lock_guard lock(mutex_);
  for (const std::uint64_t key : keys) {
    const auto rehearsed = visits_.find(key);
    if (rehearsed == visits_.end()) continue;
    auto [at, is_new] = found.try_emplace(key, rehearsed->second);
    if (!is_new)
      at->second.event_ids.insert(rehearsed->second.event_ids.begin(), rehearsed->second.event_ids.end());
  }
  return found;
}

Result<StoredRows> DryRunSink::find_rows(const Contract& contract, std::span<const std::uint64_t> event_ids) {
  MILLRACE_ASSIGN(StoredRows found, stored_.find_rows(contract, event_ids));
  const std::lock_guard lock(mutex_);
  const StoredRows& rehearsed = rows_[&contract];
  for (const std::uint64_t id : event_ids) {
    if (const auto at = rehearsed.find(id); at != rehearsed.end()) found.insert(*at);
  }
  return found;
}

Result<std::vector<PendingRecord>> DryRunSink::pending(std::size_t count) {
  const std::lock_guard lock(mutex_);
  const auto end = pending_.begin() + static_cast<std::ptrdiff_t>(std::min(count, pending_.size()));
  std::vector<PendingRecord> taken(std::make_move_iterator(pending_.begin()), std::make_move_iterator(end));
  pending_.erase(pending_.begin(), end);
  return taken;
}

}  // namespace millrace
