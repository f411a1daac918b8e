// A sink in memory for tests: it keeps what committed transactions hold, refuses what the port forbids, and
// fails when it is told to.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "engine/sink.h"

namespace millrace {

struct MemoryEvent {
  std::int32_t index = 0;
  EventType type = EventType::kPageView;
  bool first_of_page = false;
  Timestamp time;
  std::string page_url;
  std::size_t items = 0;
  Provenance provenance;  // without its texts
};

struct MemoryVisit {
  std::string session_id;
  std::string user_id;
  std::string device_type;
  VisitTotals totals;                           // as widened, without the currency
  std::map<std::uint64_t, MemoryEvent> events;  // by event_id
};

struct MemoryRow {
  std::uint64_t content_hash = 0;
  std::string contract;
  std::string file;
  std::optional<std::int64_t> line;
};

struct MemoryDeadLetter {
  Reason reason;
  std::string payload;
  std::string file;
  std::optional<std::int64_t> line;
  std::optional<std::int32_t> event_index;
};

struct MemoryProgress {
  std::uint64_t position = 0;
  Tally tally;
};

// What has been committed.
struct MemoryTables {
  std::map<std::uint64_t, MemoryVisit> visits;
  std::map<std::uint64_t, MemoryRow> rows;  // by event_id
  std::vector<MemoryDeadLetter> dead_letters;
  std::map<std::string, MemoryProgress> progress;
  std::map<std::uint64_t, PendingRecord> pending;
  std::vector<std::string> breaches;  // of what the port promises to a sink
  int transactions = 0;

  std::size_t event_count() const {
    std::size_t count = 0;
    for (const auto& [key, visit] : visits) count += visit.events.size();
    return count;
  }
  std::size_t item_count() const {
    std::size_t count = 0;
    for (const auto& [key, visit] : visits) {
      for (const auto& [id, event] : visit.events) count += event.items;
    }
    return count;
  }
  Tally tally() const {
    Tally sum;
    for (const auto& [partition, progress_of_it] : progress) sum += progress_of_it.tally;
    return sum;
  }
};

class MemorySink final : public Sink {
 public:
  // The n-th call from now on fails (1: the next). Every call of the sink and its writers counts.
  void fail_at(int call) { calls_left_ = call; }
  // Of a commit that is to fail: whether it has happened all the same, as when the answer is lost.
  void commit_before_failing(bool commit) { commit_before_failing_ = commit; }
  bool has_failed() const { return calls_left_ < 0; }

  // Only while no run is going on.
  MemoryTables& tables() { return tables_; }

  Result<std::unique_ptr<EpochWriter>> begin() override {
    const std::lock_guard lock(mutex_);
    MILLRACE_TRY(may_fail("begin"));
    return std::make_unique<Writer>(*this);
  }

  Result<StoredVisits> find_visits(std::span<const std::uint64_t> keys) override {
    const std::lock_guard lock(mutex_);
    MILLRACE_TRY(may_fail("find_visits"));
    StoredVisits found;
    for (const std::uint64_t key : keys) {
      const auto at = tables_.visits.find(key);
      if (at == tables_.visits.end()) continue;
      StoredVisit& stored = found[key];
      stored.session_id = at->second.session_id;
      stored.user_id = at->second.user_id;
      stored.device_type = at->second.device_type;
      for (const auto& [id, event] : at->second.events) {
        stored.event_ids.insert(id);
        if (event.type == EventType::kPageView) stored.page_hashes.insert(hash64(event.page_url));
        stored.next_event_index = std::max(stored.next_event_index, event.index + 1);
      }
    }
    return found;
  }

  Result<StoredRows> find_rows(const Contract& contract, std::span<const std::uint64_t> event_ids) override {
    const std::lock_guard lock(mutex_);
    MILLRACE_TRY(may_fail("find_rows"));
    StoredRows found;
    for (const std::uint64_t id : event_ids) {
      const auto at = tables_.rows.find(id);
      if (at != tables_.rows.end() && at->second.contract == contract.name) {
        found[id] = at->second.content_hash;
      }
    }
    return found;
  }

  Status each_key(const Contract& contract,
                  const std::function<void(std::span<const std::uint64_t>)>& use) override {
    const std::lock_guard lock(mutex_);
    MILLRACE_TRY(may_fail("each_key"));
    if (contract.is_nested()) {
      for (const auto& [key, row] : tables_.visits) use({&key, 1});
      return {};
    }
    for (const auto& [id, row] : tables_.rows) {
      if (row.contract == contract.name) use({&id, 1});
    }
    return {};
  }

  Result<std::vector<PendingRecord>> pending(std::size_t count) override {
    const std::lock_guard lock(mutex_);
    MILLRACE_TRY(may_fail("pending"));
    std::vector<PendingRecord> taken;
    for (const auto& [id, record] : tables_.pending) {
      if (taken.size() == count) break;
      taken.push_back(record);
    }
    return taken;
  }

 private:
  // Changes wait in a list until the commit, which does all of them or none.
  class Writer final : public EpochWriter {
   public:
    explicit Writer(MemorySink& sink) : sink_(sink) {}

    Status store(const Visit& visit, const Provenance& provenance) override {
      MILLRACE_TRY(sink_.may_fail_unlocked("store"));
      changes_.push_back([row = row_of(visit, provenance), key = visit.visit_key](MemoryTables& tables) {
        if (!tables.visits.emplace(key, row).second)
          tables.breaches.push_back("stored twice: " + row.session_id);
      });
      return {};
    }

    Status add_to_stored(const Visit& visit, const Provenance& provenance) override {
      MILLRACE_TRY(sink_.may_fail_unlocked("add_to_stored"));
      changes_.push_back([added = row_of(visit, provenance), key = visit.visit_key](MemoryTables& tables) {
        const auto at = tables.visits.find(key);
        if (at == tables.visits.end()) return tables.breaches.push_back("not stored: " + added.session_id);
        widen(at->second.totals, added.totals);
        for (const auto& [id, event] : added.events) {
          if (!at->second.events.emplace(id, event).second) tables.breaches.push_back("event stored twice");
        }
      });
      return {};
    }

    Status store(const Contract& contract, const Row& row, const Provenance& provenance) override {
      MILLRACE_TRY(sink_.may_fail_unlocked("store"));
      const MemoryRow kept{row.content_hash, contract.name, std::string(provenance.file), provenance.line};
      changes_.push_back([kept, id = row.event_id](MemoryTables& tables) {
        if (!tables.rows.emplace(id, kept).second) tables.breaches.push_back("row stored twice");
      });
      return {};
    }

    Status refuse(const Contract&, const Refusal& refusal, const Provenance& provenance) override {
      MILLRACE_TRY(sink_.may_fail_unlocked("refuse"));
      changes_.push_back([letter = MemoryDeadLetter{refusal.reason, std::string(refusal.payload),
                                                    std::string(provenance.file), provenance.line,
                                                    refusal.event_index}](MemoryTables& tables) {
        tables.dead_letters.push_back(letter);
      });
      return {};
    }

    Status defer(const Contract& contract, std::string_view record, std::string_view header,
                 std::string_view partition, const Provenance& provenance) override {
      MILLRACE_TRY(sink_.may_fail_unlocked("defer"));
      const PendingRecord pending{.contract = &contract,
                                  .partition = std::string(partition),
                                  .header = std::string(header),
                                  .kept = KeptRecord(record, provenance)};
      changes_.push_back([this, pending](MemoryTables& tables) {
        const std::uint64_t id = ++sink_.last_pending_id_;
        (tables.pending[id] = pending).pending_id = id;
      });
      return {};
    }

    Status settle(const PendingRecord& record, const Tally& tally) override {
      MILLRACE_TRY(sink_.may_fail_unlocked("settle"));
      changes_.push_back([id = record.pending_id, partition = record.partition, tally](MemoryTables& tables) {
        if (tables.pending.erase(id) != 1) tables.breaches.push_back("settled twice");
        Tally settled = tally;
        settled.records.received = 0;  // counted when it was set aside
        Tally& sum = tables.progress[partition].tally;
        sum += settled;
        --sum.pending;
      });
      return {};
    }

    Status commit(std::span<const BatchOutcome> outcomes) override {
      const std::lock_guard lock(sink_.mutex_);
      Status failed = sink_.may_fail("commit");
      if (!failed && !sink_.commit_before_failing_) return failed;
      if (const Status moved = move_progress(outcomes); !moved) return moved;
      for (const auto& change : changes_) change(sink_.tables_);
      ++sink_.tables_.transactions;
      return failed;
    }

   private:
    // Several moves of one partition in one transaction follow one another.
    Status move_progress(std::span<const BatchOutcome> outcomes) {
      std::map<std::string, MemoryProgress> moved = sink_.tables_.progress;
      for (const BatchOutcome& outcome : outcomes) {
        const auto [at, is_new] = moved.try_emplace(outcome.move.partition);
        if (is_new != outcome.move.first || (!is_new && at->second.position != outcome.move.from)) {
          return fail(ErrorCode::kConflict, "partition " + outcome.move.partition + " does not stand there");
        }
        at->second.position = outcome.move.to;
        at->second.tally += outcome.tally;
      }
      sink_.tables_.progress = std::move(moved);
      return {};
    }

    static MemoryVisit row_of(const Visit& visit, const Provenance& provenance) {
      MemoryVisit row{std::string(visit.session_id),
                      std::string(visit.user_id),
                      std::string(visit.device_type),
                      total(visit.events),
                      {}};
      row.totals.currency = {};
      for (const Event& event : visit.events) {
        Provenance place = provenance;
        place.topic = {};
        place.file = {};
        row.events[event.event_id] = {event.event_index,
                                      event.type,
                                      event.first_of_page_in_visit,
                                      event.time,
                                      std::string(event.page_url),
                                      event.items_end - event.items_begin,
                                      place};
      }
      return row;
    }

    static void widen(VisitTotals& totals, const VisitTotals& added) {
      totals.started_at = std::min(totals.started_at, added.started_at);
      totals.ended_at = std::max(totals.ended_at, added.ended_at);
      totals.event_count += added.event_count;
      totals.page_view_count += added.page_view_count;
      totals.cart_add_count += added.cart_add_count;
      totals.purchase_count += added.purchase_count;
    }

    MemorySink& sink_;
    std::vector<std::function<void(MemoryTables&)>> changes_;
  };

  Status may_fail_unlocked(const char* call) {
    const std::lock_guard lock(mutex_);
    return may_fail(call);
  }

  Status may_fail(const char* call) {
    if (calls_left_ <= 0 || --calls_left_ > 0) return {};
    calls_left_ = -1;
    return fail(ErrorCode::kIo, std::string("told to fail at ") + call);
  }

  std::mutex mutex_;
  MemoryTables tables_;
  std::uint64_t last_pending_id_ = 0;
  int calls_left_ = 0;  // 0: never fails; -1: has failed
  bool commit_before_failing_ = false;
};

}  // namespace millrace
