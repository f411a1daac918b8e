#include "event/value_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "event/json_members.h"
#include "event/json_text.h"

namespace millrace {
namespace {

using simdjson::dom::element;

// Below it a double that is whole is the whole number that was written.
constexpr double kWholeDoubleMax = 9'007'199'254'740'992.0;  // 2^53

void set(FieldValue& out, std::int64_t integer) {
  out.present = true;
  out.integer = integer;
}

void set(FieldValue& out, double number) {
  out.present = true;
  out.number = number + 0.0;  // -0 and 0 are one value, and so one hash
}

std::string_view shortened(std::string_view text, std::string_view suffix) {
  if (!suffix.empty() && text.ends_with(suffix)) text.remove_suffix(suffix.size());
  return text;
}

}  // namespace

ValueReader::ValueReader(const ContractProperty& property)
    : property_(&property),
      is_plain_text_(property.type == ValueType::kText && property.null_texts.empty() &&
                     property.strip_suffix.empty()) {}

Check ValueReader::no_value(Reason reason, std::string_view why) const {
  if (!property_->required) return {};
  return Fault{reason, fmt::format("{} {}", property_->name, why)};
}

Check ValueReader::read_missing() const {
  return no_value(Reason::kMissingField, "is missing");
}

Check ValueReader::read_null() const {
  return no_value(Reason::kMissingField, "is null, but required");
}

bool ValueReader::means_no_value(std::string_view text) const {
  return text.empty() || std::ranges::find(property_->null_texts, text) != property_->null_texts.end();
}

Check ValueReader::read_empty(std::string_view text) const {
  if (text.empty()) return no_value(Reason::kEmptyField, "is empty");
  if (!property_->required) return {};
  return Fault{Reason::kMissingField, fmt::format("{} is {}, which is no value, but required",
                                                  property_->name, quoted_excerpt(text))};
}

Fault ValueReader::wrong_text(std::string_view text, std::string_view expected) const {
  return {Reason::kWrongType,
          fmt::format("{} is {}, expected {}", property_->name, quoted_excerpt(text), expected)};
}

Fault ValueReader::wrong_type(const element& value, std::string_view expected) const {
  return {Reason::kWrongType,
          fmt::format("{} is {}, expected {}", property_->name, type_in_words(value), expected)};
}

Check ValueReader::read_other_text(std::string_view text, FieldValue& out) const {
  if (means_no_value(text)) return read_empty(text);
  switch (property_->type) {
    case ValueType::kText:
      return take_text(text, out);
    case ValueType::kInteger:
      return parse_integer(text, out);
    case ValueType::kDecimal:
      return parse_money(text, out);
    case ValueType::kDouble:
      return parse_double(text, out);
    case ValueType::kBoolean:
      return parse_boolean(text, out);
    case ValueType::kTimestamp:
      return take_time(text, out);
  }
  return {};
}

Check ValueReader::read_json(const element& value, const NumberText& number_text, FieldValue& out) {
  const Type type = value.type();
  if (type == Type::NULL_VALUE) return read_null();
  if (type == Type::STRING) {
    const std::string_view text = value.get_string().value_unsafe();
    if (means_no_value(text)) return read_empty(text);
  }
  switch (property_->type) {
    case ValueType::kText:
      return read_json_text(value, out);
    case ValueType::kInteger:
      return read_json_integer(value, out);
    case ValueType::kDecimal:
      return read_json_decimal(value, number_text, out);
    case ValueType::kDouble:
      return read_json_double(value, out);
    case ValueType::kBoolean:
      return read_json_boolean(value, out);
    case ValueType::kTimestamp:
      return read_json_time(value, out);
  }
  return {};
}

Check ValueReader::take_text(std::string_view text, FieldValue& out) const {
  text = shortened(text, property_->strip_suffix);
  if (text.empty()) return read_empty(text);
  if (text.size() > kTextSizeMax) {
    return Fault{Reason::kTooLarge, fmt::format("{} has {} bytes, at most {} are allowed", property_->name,
                                                text.size(), kTextSizeMax)};
  }
  out.present = true;
  out.text = text;
  return {};
}

Check ValueReader::take_time(std::string_view text, FieldValue& out) const {
  const auto& format = property_->time_format;
  const auto time = format ? format->parse(text) : parse_timestamp(text);
  if (time) {
    set(out, time->micros);
    return {};
  }
  const std::string expected =
      format ? format->pattern() : std::string("ISO 8601 such as 2024-07-01T09:00:00Z");
  return Fault{Reason::kBadTime,
               fmt::format("{} is {}, expected {}", property_->name, quoted_excerpt(text), expected)};
}

Check ValueReader::take_epoch(std::int64_t units, FieldValue& out) const {
  const auto time = property_->time_format->from_epoch(units);
  if (!time) {
    return Fault{Reason::kBadTime, fmt::format("{} is {}, beyond the year 9999 in {}", property_->name, units,
                                               property_->time_format->pattern())};
  }
  set(out, time->micros);
  return {};
}

Check ValueReader::parse_integer(std::string_view text, FieldValue& out) const {
  const bool plus = text.starts_with('+') && !text.starts_with("+-");
  const std::string_view digits = text.substr(plus ? 1 : 0);
  std::int64_t integer = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, integer);
  if (stopped != end || digits.empty() || error == std::errc::invalid_argument) {
    return wrong_text(text, "a whole number");
  }
  if (error != std::errc{}) {
    return Fault{Reason::kOutOfRange,
                 fmt::format("{} is {}, beyond 64 bits", property_->name, quoted_excerpt(text))};
  }
  set(out, integer);
  return {};
}

Check ValueReader::parse_money(std::string_view text, FieldValue& out) const {
  const auto decimal = parse_decimal(text);
  if (decimal) {
    set(out, decimal->units);
    return {};
  }
  if (!is_json_number(text)) return wrong_text(text, "a number");
  return Fault{Reason::kOutOfRange, property_->name + " has more than 14 digits before the point"};
}

Check ValueReader::parse_double(std::string_view text, FieldValue& out) const {
  if (!is_json_number(text)) return wrong_text(text, "a number");
  double number = 0;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool too_large = error != std::errc{} && parse_decimal(text) != Decimal{0};  // else too small: zero
  if (too_large) {
    return Fault{Reason::kOutOfRange,
                 fmt::format("{} is {}, beyond what a double holds", property_->name, quoted_excerpt(text))};
  }
  set(out, number);
  return {};
}

Check ValueReader::parse_boolean(std::string_view text, FieldValue& out) const {
  if (text != "true" && text != "false") return wrong_text(text, "true or false");
  set(out, std::int64_t{text == "true"});
  return {};
}

// Numbers stand for texts too: a sender's ids may be numbers, kept by their digits.
Check ValueReader::read_json_text(const element& value, FieldValue& out) {
  std::string_view text;
  if (value.type() == Type::STRING) {
    text = value.get_string().value_unsafe();
  } else if (value.type() == Type::INT64 || value.type() == Type::UINT64) {
    char* const begin = digits_.data();
    char* const end = begin + digits_.size();
    const auto written = value.type() == Type::INT64
                             ? std::to_chars(begin, end, value.get_int64().value_unsafe())
                             : std::to_chars(begin, end, value.get_uint64().value_unsafe());
    text = {begin, static_cast<std::size_t>(written.ptr - begin)};
    if (means_no_value(text)) return read_empty(text);
  } else {
    return wrong_type(value, "a string");
  }
  if (text.find('\0') != std::string_view::npos) {
    return Fault{Reason::kNullCharacter, property_->name + " holds a null character (\\u0000)"};
  }
  return take_text(text, out);
}

Check ValueReader::read_json_integer(const element& value, FieldValue& out) const {
  switch (value.type()) {
    case Type::INT64:
      set(out, value.get_int64().value_unsafe());
      return {};
    case Type::UINT64:
      return Fault{Reason::kOutOfRange, fmt::format("{} is {}, beyond 64 bits", property_->name,
                                                    value.get_uint64().value_unsafe())};
    case Type::DOUBLE: {
      const double number = value.get_double().value_unsafe();
      if (number != std::floor(number)) {
        return Fault{Reason::kWrongType,
                     fmt::format("{} is {}, expected a whole number", property_->name, number)};
      }
      if (std::fabs(number) >= kWholeDoubleMax) {
        return Fault{Reason::kOutOfRange,
                     fmt::format("{} is {}, too large to be told exactly", property_->name, number)};
      }
      set(out, static_cast<std::int64_t>(number));
      return {};
    }
    default:
      return wrong_type(value, "a whole number");
  }
}

Check ValueReader::read_json_decimal(const element& value, const NumberText& number_text,
                                     FieldValue& out) const {
  Member member;
  member.set(value);
  Decimal decimal;
  const Place place{.name = property_->name};
  if (auto fault = read_decimal(member, place, number_text, decimal)) return fault;
  set(out, decimal.units);
  return {};
}

Check ValueReader::read_json_double(const element& value, FieldValue& out) const {
  if (!value.is_number()) return wrong_type(value, "a number");
  set(out, value.get_double().value());
  return {};
}

Check ValueReader::read_json_boolean(const element& value, FieldValue& out) const {
  if (!value.is_bool()) return wrong_type(value, "true or false");
  set(out, std::int64_t{value.get_bool().value_unsafe()});
  return {};
}

Check ValueReader::read_json_time(const element& value, FieldValue& out) const {
  if (property_->time_format && property_->time_format->is_epoch()) {
    FieldValue units;
    if (auto fault = read_json_integer(value, units)) return fault;
    return take_epoch(units.integer, out);
  }
  if (value.type() != Type::STRING) return wrong_type(value, "a string");
  return take_time(value.get_string().value_unsafe(), out);
}

}  // namespace millrace
