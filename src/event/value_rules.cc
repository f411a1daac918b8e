#include "event/value_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/limits.h"
#include "event/choices.h"
#include "event/json_text.h"
#include "event/value_reader.h"

namespace millrace {
namespace {

FieldValue present(std::int64_t integer) {
  FieldValue value;
  value.present = true;
  value.integer = integer;
  return value;
}

FieldValue present(double number) {
  FieldValue value;
  value.present = true;
  value.number = number;
  return value;
}

bool is_numeric(ValueType type) {
  return type == ValueType::kInteger || type == ValueType::kDecimal || type == ValueType::kDouble;
}

std::int64_t floor_to_whole(Decimal value) {
  const std::int64_t whole = value.units / Decimal::kScale;
  return value.units % Decimal::kScale < 0 ? whole - 1 : whole;
}

std::int64_t ceil_to_whole(Decimal value) {
  return -floor_to_whole(Decimal{-value.units});
}

double to_double(Decimal value) {
  return static_cast<double>(value.units) / static_cast<double>(Decimal::kScale);
}

FieldValue lower_bound(ValueType type, Decimal bound) {
  if (type == ValueType::kInteger) return present(ceil_to_whole(bound));
  return type == ValueType::kDecimal ? present(bound.units) : present(to_double(bound));
}

FieldValue upper_bound(ValueType type, Decimal bound) {
  if (type == ValueType::kInteger) return present(floor_to_whole(bound));
  return type == ValueType::kDecimal ? present(bound.units) : present(to_double(bound));
}

bool is_money(const ContractProperty& property) {
  return property.field == CanonicalField::kPrice || property.field == CanonicalField::kAmount;
}

}  // namespace

ValueRules::ValueRules(const ContractProperty& property) : property_(&property) {
  set_bounds();
  set_allowed();
  has_rules_ = minimum_ || maximum_ || property.length_min || property.length_max ||
               !property.values.empty() || property.field == CanonicalField::kEventTime ||
               property.field == CanonicalField::kCurrency || property.field == CanonicalField::kDeviceType;
}

void ValueRules::set_bounds() {
  const ValueType type = property_->type;
  if (!is_numeric(type)) return;
  if (property_->minimum) minimum_ = lower_bound(type, *property_->minimum);
  if (property_->maximum) maximum_ = upper_bound(type, *property_->maximum);
  bounds_price_at_zero_ = is_money(*property_) && property_->minimum == Decimal{0};
  if (type != ValueType::kInteger) return;
  // A whole number is bounded by the column of curated.events too that it goes to.
  const auto narrow = [this](std::int64_t from, std::int64_t to) {
    minimum_ = present(std::max(from, minimum_ ? minimum_->integer : from));
    maximum_ = present(std::min(to, maximum_ ? maximum_->integer : to));
  };
  if (property_->field == CanonicalField::kQuantity) {
    narrow(std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max());
  } else if (is_money(*property_)) {
    narrow(-Decimal::kUnitsMax / Decimal::kScale, Decimal::kUnitsMax / Decimal::kScale);
  }
}

void ValueRules::set_allowed() {
  ContractProperty as_written = *property_;
  as_written.null_texts.clear();
  as_written.strip_suffix.clear();
  const ValueReader reader(as_written);
  for (const std::string& text : property_->values) {
    FieldValue value;
    if (!reader.read_text(text, value) && value.present) allowed_.push_back(value);
  }
}

Check ValueRules::check_all(const FieldValue& value, Timestamp arrival) const {
  if (!property_->values.empty()) {
    if (auto fault = check_allowed(value)) return fault;
  }
  switch (property_->type) {
    case ValueType::kText:
      if (auto fault = check_length(value)) return fault;
      return check_vocabulary(value);
    case ValueType::kTimestamp:
      return check_event_time(value, arrival);
    default:
      return check_bounds(value);
  }
}

Check ValueRules::check_allowed(const FieldValue& value) const {
  for (const FieldValue& allowed : allowed_) {
    if (is_equal(value, allowed)) return {};
  }
  return Fault{Reason::kUnknownEnumValue, fmt::format("{} is {}, expected {}", property_->name,
                                                      in_words(value), choices_in_words(property_->values))};
}

Check ValueRules::check_length(const FieldValue& value) const {
  const std::size_t size = value.text.size();
  if (property_->length_min && size < *property_->length_min) {
    return Fault{Reason::kOutOfRange, fmt::format("{} has {} bytes, at least {} are expected",
                                                  property_->name, size, *property_->length_min)};
  }
  if (property_->length_max && size > *property_->length_max) {
    return Fault{Reason::kOutOfRange, fmt::format("{} has {} bytes, at most {} are expected", property_->name,
                                                  size, *property_->length_max)};
  }
  return {};
}

Check ValueRules::check_vocabulary(const FieldValue& value) const {
  if (property_->field == CanonicalField::kCurrency && !is_currency_code(value.text)) {
    return Fault{Reason::kUnknownCurrency, fmt::format("{} is {}, expected an ISO 4217 code such as USD",
                                                       property_->name, in_words(value))};
  }
  if (property_->field == CanonicalField::kDeviceType && !is_device_type(value.text)) {
    return Fault{Reason::kUnknownEnumValue, fmt::format("{} is {}, expected desktop, mobile or tablet",
                                                        property_->name, in_words(value))};
  }
  return {};
}

Check ValueRules::check_bounds(const FieldValue& value) const {
  if (minimum_ && is_less(value, *minimum_)) {
    if (bounds_price_at_zero_) {
      return Fault{Reason::kNegativePrice,
                   fmt::format("{} is {}, below zero", property_->name, in_words(value))};
    }
  } else if (!maximum_ || !is_less(*maximum_, value)) {
    return {};
  }
  return Fault{Reason::kOutOfRange,
               fmt::format("{} is {}, expected {}", property_->name, in_words(value), bounds_in_words())};
}

Check ValueRules::check_event_time(const FieldValue& value, Timestamp arrival) const {
  if (property_->field != CanonicalField::kEventTime) return {};
  if (value.integer < 0) {
    return Fault{Reason::kTimeOutOfRange,
                 fmt::format("{} is {}, before 1970", property_->name, in_words(value))};
  }
  if (value.integer > arrival.micros + kFutureHorizonMicros) {
    return Fault{
        Reason::kTimeOutOfRange,
        fmt::format("{} is {}, more than {} hours after its arrival at {}", property_->name, in_words(value),
                    kFutureHorizonMicros / 3'600'000'000, format_timestamp(arrival))};
  }
  return {};
}

bool ValueRules::is_less(const FieldValue& a, const FieldValue& b) const {
  return property_->type == ValueType::kDouble ? a.number < b.number : a.integer < b.integer;
}

bool ValueRules::is_equal(const FieldValue& a, const FieldValue& b) const {
  if (property_->type == ValueType::kText) return a.text == b.text;
  return !is_less(a, b) && !is_less(b, a);
}

std::string ValueRules::in_words(const FieldValue& value) const {
  switch (property_->type) {
    case ValueType::kText:
      return quoted_excerpt(value.text);
    case ValueType::kInteger:
      return fmt::format("{}", value.integer);
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

std::string ValueRules::bounds_in_words() const {
  if (minimum_ && maximum_) return fmt::format("{} to {}", in_words(*minimum_), in_words(*maximum_));
  return minimum_ ? "at least " + in_words(*minimum_) : "at most " + in_words(*maximum_);
}

}  // namespace millrace
