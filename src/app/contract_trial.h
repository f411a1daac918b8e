// What the records of a file would become by a contract, without storing anything.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "event/contract.h"

namespace millrace {

// What became of a record, or of one event of a visit that was refused alone.
struct TrialOutcome {
  std::uint64_t line = 0;
  bool is_refused = false;
  std::string becomes;  // an event type, `row`, `visit`; a reason's code when refused
  std::string time;     // of the event; empty when there is none
  std::vector<std::pair<std::string, std::string>> values;  // column and value: what it is known and shown by
  std::string message;                                      // of a refusal
};

struct TrialSummary {
  std::uint64_t records = 0;
  std::uint64_t refused_records = 0;
  std::map<std::string, std::uint64_t> accepted;  // by what they became; of visits also their events
  std::map<std::string, std::uint64_t> refused;   // by reason; of visits also their events
};

struct FileRecord;

// Not thread-safe.
class ContractTrial {
 public:
  virtual ~ContractTrial() = default;

  // `contract` must outlive it.
  static std::unique_ptr<ContractTrial> make(const Contract& contract, Timestamp arrival);

  // In the order of the file. A header line has no outcome, unless it is refused.
  virtual std::vector<TrialOutcome> take(const FileRecord& record) = 0;

  const TrialSummary& summary() const { return summary_; }

 protected:
  void count(const std::vector<TrialOutcome>& outcomes, bool record_refused);

  TrialSummary summary_;
};

}  // namespace millrace
