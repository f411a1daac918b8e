#include "event/row_decoder.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "event/csv_row.h"
#include "event/event_type_reader.h"
#include "event/json_row.h"
#include "event/row_identity.h"
#include "event/value_rules.h"

namespace millrace {
namespace {

std::unique_ptr<RowSource> make_source(const Contract& contract) {
  MILLRACE_CHECK(!contract.is_nested());
  if (contract.format == RecordFormat::kCsv) return std::make_unique<CsvRow>(contract);
  return std::make_unique<JsonRow>(contract);
}

}  // namespace

class RowDecoder::Impl {
 public:
  explicit Impl(const Contract& contract);

  Check set_header(std::string_view header) { return source_->set_header(header); }
  const DecodedRow& decode(std::string_view record, Timestamp arrival, std::uint64_t position_id,
                           bool unterminated);

 private:
  Check read_row(std::string_view record, Timestamp arrival, bool unterminated);
  Check read_property(std::size_t property, Timestamp arrival);
  Check check_line_amount() const;
  std::optional<Decimal> price() const;

  const Contract* contract_;
  std::unique_ptr<RowSource> source_;
  std::vector<ValueRules> rules_;        // of each property
  std::optional<std::size_t> typed_by_;  // the property that tells what kind of event a row is
  RowIdentity identity_;
  std::optional<std::size_t> price_;  // properties; nothing when their product is not needed
  std::optional<std::size_t> quantity_;
  DecodedRow out_;
};

RowDecoder::Impl::Impl(const Contract& contract)
    : contract_(&contract), source_(make_source(contract)), identity_(contract) {
  rules_.reserve(contract.properties.size());
  for (const ContractProperty& property : contract.properties) rules_.emplace_back(property);
  out_.row.fields.resize(contract.properties.size());
  const auto& rule = contract.event_type;
  if (rule && rule->kind != EventTypeRule::Kind::kConstant) typed_by_ = rule->property;
  if (!contract.property_for(CanonicalField::kAmount)) {
    price_ = contract.property_for(CanonicalField::kPrice);
    quantity_ = contract.property_for(CanonicalField::kQuantity);
  }
}

const DecodedRow& RowDecoder::Impl::decode(std::string_view record, Timestamp arrival,
                                           std::uint64_t position_id, bool unterminated) {
  Check fault = read_row(record, arrival, unterminated);
  if (!fault) fault = identity_.identify(out_.row, position_id);
  out_.readable = !fault;
  if (fault) out_.refusal = {fault->reason, std::move(fault->message), record, std::nullopt};
  return out_;
}

Check RowDecoder::Impl::read_row(std::string_view record, Timestamp arrival, bool unterminated) {
  if (auto fault = source_->take_apart(record, unterminated)) return fault;
  if (contract_->event_type) out_.row.type = contract_->event_type->otherwise;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (auto fault = read_property(i, arrival)) return fault;
  }
  if (auto fault = check_line_amount()) return fault;
  out_.row.extra = source_->extra();
  return {};
}

Check RowDecoder::Impl::read_property(std::size_t property, Timestamp arrival) {
  FieldValue& value = out_.row.fields[property];
  value = {};
  if (auto fault = source_->read(property, value)) return fault;
  if (value.present) {
    if (auto fault = rules_[property].check(value, arrival)) return fault;
  }
  if (property != typed_by_) return {};
  return read_event_type(*contract_->event_type, contract_->properties[property], value, out_.row.type);
}

// Revenue is price times quantity wherever the record does not name an amount.
Check RowDecoder::Impl::check_line_amount() const {
  if (!price_ || !quantity_ || !out_.row.fields[*quantity_].present) return {};
  const auto amount = price();
  if (!amount || multiply(*amount, out_.row.fields[*quantity_].integer)) return {};
  return Fault{Reason::kOutOfRange,
               fmt::format("{} times {} has more than 14 digits before the point",
                           contract_->properties[*price_].name, contract_->properties[*quantity_].name)};
}

std::optional<Decimal> RowDecoder::Impl::price() const {
  const FieldValue& value = out_.row.fields[*price_];
  if (!value.present) return std::nullopt;
  switch (contract_->properties[*price_].type) {
    case ValueType::kDecimal:
      return Decimal{value.integer};
    case ValueType::kInteger:
      return multiply(Decimal{Decimal::kScale}, value.integer);
    default:
      return std::nullopt;
  }
}

RowDecoder::RowDecoder(const Contract& contract) : impl_(std::make_unique<Impl>(contract)) {}
RowDecoder::~RowDecoder() = default;
RowDecoder::RowDecoder(RowDecoder&&) noexcept = default;

Check RowDecoder::set_header(std::string_view header) {
  return impl_->set_header(header);
}

const DecodedRow& RowDecoder::decode(std::string_view record, Timestamp arrival, std::uint64_t position_id,
                                     bool unterminated) {
  return impl_->decode(record, arrival, position_id, unterminated);
}

}  // namespace millrace
