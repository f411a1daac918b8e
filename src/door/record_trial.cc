#include "door/record_trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "base/json_string.h"
#include "event/builtin_contracts.h"
#include "event/row_decoder.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

// Writes the members of one verdict behind its index.
class Trial {
 public:
  virtual ~Trial() = default;
  // `record` has the padding of the decoders behind it.
  virtual void append_verdict(std::string_view record, Timestamp arrival, std::string& out) = 0;
};

void append_reason(const Refusal& refusal, std::string& out) {
  fmt::format_to(std::back_inserter(out), R"("reason":"{}","message":{})", code(refusal.reason),
                 json_quoted(refusal.message));
}

void append_refused(const Refusal& refusal, std::string& out) {
  out += R"("verdict":"refused",)";
  append_reason(refusal, out);
}

class VisitTrial final : public Trial {
 public:
  void append_verdict(std::string_view record, Timestamp arrival, std::string& out) override {
    const DecodedVisit& decoded = decoder_.decode(record, arrival);
    if (!decoded.readable) return append_refused(decoded.refusals.front(), out);
    out += R"("verdict":"accepted")";
    if (decoded.refusals.empty()) return;
    out += R"(,"refused_events":[)";
    for (const Refusal& refusal : decoded.refusals) {
      fmt::format_to(std::back_inserter(out), R"({}{{"index":{},)",
                     &refusal == &decoded.refusals.front() ? "" : ",", refusal.event_index.value_or(0));
      append_reason(refusal, out);
      out += "}";
    }
    out += "]";
  }

 private:
  VisitDecoder decoder_;
};

// What comes through a door is JSON, whatever files of its contract are.
Contract as_json(Contract contract) {
  contract.format = RecordFormat::kJsonLines;
  return contract;
}

class RowTrial final : public Trial {
 public:
  explicit RowTrial(const Contract& contract) : contract_(as_json(contract)), decoder_(contract_) {}

  void append_verdict(std::string_view record, Timestamp arrival, std::string& out) override {
    const DecodedRow& decoded = decoder_.decode(record, arrival, 0);
    if (!decoded.readable) return append_refused(decoded.refusal, out);
    out += R"("verdict":"accepted")";
  }

 private:
  Contract contract_;
  RowDecoder decoder_;
};

class NoTrial final : public Trial {
 public:
  void append_verdict(std::string_view, Timestamp, std::string& out) override {
    out += R"("verdict":"unchecked")";
  }
};

std::unique_ptr<Trial> make_trial(const Contract* contract) {
  if (contract == nullptr) return std::make_unique<NoTrial>();
  if (contract->is_nested()) return std::make_unique<VisitTrial>();
  return std::make_unique<RowTrial>(*contract);
}

}  // namespace

std::string trial_members(std::string_view topic, std::span<const std::string_view> records,
                          Timestamp arrival) {
  static_assert(VisitDecoder::kPadding == RowDecoder::kPadding);
  const auto& contracts = builtin_contracts();
  const auto contract = std::ranges::find(contracts, topic, &Contract::name);
  const bool is_known = contract != contracts.end();
  const std::unique_ptr<Trial> trial = make_trial(is_known ? &*contract : nullptr);

  std::string out = fmt::format(R"("contract":{},"verdicts":[)", is_known ? json_quoted(topic) : "null");
  std::string padded;
  for (std::size_t i = 0; i < records.size(); ++i) {
    padded.assign(records[i]).append(VisitDecoder::kPadding, '\0');
    fmt::format_to(std::back_inserter(out), R"({}{{"index":{},)", i == 0 ? "" : ",", i);
    trial->append_verdict(std::string_view(padded).substr(0, records[i].size()), arrival, out);
    out += "}";
  }
  return out + "]";
}

}  // namespace millrace
