#include "app/contract_trial.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/record_reader.h"
#include "base/limits.h"
#include "event/json_text.h"
#include "event/row_decoder.h"
#include "event/visit_decoder.h"

namespace millrace {
namespace {

static_assert(RecordReader::kPadding >= RowDecoder::kPadding);
static_assert(RecordReader::kPadding >= VisitDecoder::kPadding);

TrialOutcome refused(std::uint64_t line, Reason reason, std::string message) {
  TrialOutcome outcome;
  outcome.line = line;
  outcome.is_refused = true;
  outcome.becomes = code(reason);
  outcome.message = std::move(message);
  return outcome;
}

TrialOutcome too_large(std::uint64_t line) {
  return refused(line, Reason::kTooLarge, fmt::format("the record has more than {} bytes", kRecordSizeMax));
}

std::string value_text(const FieldValue& value, ValueType type) {
  switch (type) {
    case ValueType::kText:
      return std::string(value.text);
    case ValueType::kInteger:
      return std::to_string(value.integer);
    case ValueType::kDecimal:
      return format_decimal(Decimal{value.integer});
    case ValueType::kDouble:
      return fmt::format("{}", value.number);
    case ValueType::kBoolean:
      return value.integer != 0 ? "true" : "false";
    case ValueType::kTimestamp:
      return format_timestamp(Timestamp{value.integer});
  }
  return {};
}

class RowTrial final : public ContractTrial {
 public:
  RowTrial(const Contract& contract, Timestamp arrival)
      : contract_(contract),
        decoder_(contract),
        arrival_(arrival),
        expects_header_(contract.format == RecordFormat::kCsv) {}

  std::vector<TrialOutcome> take(const FileRecord& record) override {
    if (expects_header_ && takes_header(record)) return {};
    std::vector<TrialOutcome> outcomes = {outcome(record)};
    count(outcomes, outcomes[0].is_refused);
    return outcomes;
  }

 private:
  // A header that does not fit is told with each record.
  bool takes_header(const FileRecord& record) {
    expects_header_ = false;
    const bool is_header =
        contract_.header == HeaderLine::kRequired ||
        (contract_.header == HeaderLine::kOptional && is_csv_header(record.bytes, contract_));
    if (is_header) (void)decoder_.set_header(record.bytes);
    return is_header;
  }

  TrialOutcome outcome(const FileRecord& record) {
    if (record.is_cut) return too_large(record.line);
    const DecodedRow& decoded = decoder_.decode(record.bytes, arrival_, record.line, record.unterminated);
    if (!decoded.readable) return refused(record.line, decoded.refusal.reason, decoded.refusal.message);
    TrialOutcome outcome;
    outcome.line = record.line;
    outcome.becomes = contract_.event_type ? std::string(canonical_name(decoded.row.type)) : "row";
    for (std::size_t i = 0; i < contract_.properties.size(); ++i) show(i, decoded.row.fields[i], outcome);
    return outcome;
  }

  void show(std::size_t at, const FieldValue& value, TrialOutcome& outcome) const {
    const ContractProperty& property = contract_.properties[at];
    if (!value.present) return;
    std::string text = value_text(value, property.type);
    if (property.field == CanonicalField::kEventTime) {
      outcome.time = std::move(text);
    } else if (property.field || identifies(at)) {
      outcome.values.emplace_back(property.column, std::move(text));
    }
  }

  bool identifies(std::size_t property) const {
    const RecordIdentity& identity = contract_.identity;
    return identity.id == property || std::ranges::find(identity.fields, property) != identity.fields.end();
  }

  const Contract& contract_;
  RowDecoder decoder_;
  const Timestamp arrival_;
  bool expects_header_;
};

class VisitTrial final : public ContractTrial {
 public:
  explicit VisitTrial(Timestamp arrival) : arrival_(arrival) {}

  std::vector<TrialOutcome> take(const FileRecord& record) override {
    if (record.is_cut) {
      std::vector<TrialOutcome> outcomes = {too_large(record.line)};
      count(outcomes, true);
      return outcomes;
    }
    const DecodedVisit& decoded = decoder_.decode(record.bytes, arrival_);
    std::vector<TrialOutcome> outcomes;
    if (decoded.readable) outcomes.push_back(visit(decoded.visit, record.line));
    for (const Refusal& refusal : decoded.refusals) {
      outcomes.push_back(refused(record.line, refusal.reason, refusal.message));
    }
    count(outcomes, !decoded.readable);
    return outcomes;
  }

 private:
  TrialOutcome visit(const Visit& visit, std::uint64_t line) {
    TrialOutcome outcome;
    outcome.line = line;
    outcome.becomes = "visit";
    if (!visit.events.empty()) outcome.time = format_timestamp(total(visit.events).started_at);
    outcome.values = {{"session_id", std::string(visit.session_id)},
                      {"user_id", std::string(visit.user_id)},
                      {"device_type", std::string(visit.device_type)},
                      {"events", std::to_string(visit.events.size())}};
    for (const Event& event : visit.events) ++summary_.accepted[std::string(canonical_name(event.type))];
    return outcome;
  }

  VisitDecoder decoder_;
  const Timestamp arrival_;
};

}  // namespace

std::unique_ptr<ContractTrial> ContractTrial::make(const Contract& contract, Timestamp arrival) {
  if (contract.is_nested()) return std::make_unique<VisitTrial>(arrival);
  return std::make_unique<RowTrial>(contract, arrival);
}

void ContractTrial::count(const std::vector<TrialOutcome>& outcomes, bool record_refused) {
  ++summary_.records;
  if (record_refused) ++summary_.refused_records;
  for (const TrialOutcome& outcome : outcomes) {
    ++(outcome.is_refused ? summary_.refused : summary_.accepted)[outcome.becomes];
  }
}

}  // namespace millrace
