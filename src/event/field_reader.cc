#include "event/field_reader.h"

#include <fmt/format.h>

#include <cmath>

#include "base/limits.h"
#include "event/json_text.h"

namespace millrace {
namespace {

using simdjson::dom::element_type;

constexpr std::int64_t kQuantityMax = 1'000'000'000;

Fault wrong_type(const Member& member, const Place& place, std::string_view expected) {
  return {Reason::kWrongType,
          fmt::format("{} is {}, expected {}", place.text(), type_in_words(member.value()), expected)};
}

Check require(const Member& member, const Place& place) {
  if (!member.present()) return Fault{Reason::kMissingField, place.text() + " is missing"};
  if (member.is_null()) return Fault{Reason::kMissingField, place.text() + " is null, but required"};
  return {};
}

Check check_text(std::string_view text, const Place& place) {
  if (text.size() > kTextSizeMax) {
    return Fault{Reason::kTooLarge, fmt::format("{} has {} bytes, at most {} are allowed", place.text(),
                                                text.size(), kTextSizeMax)};
  }
  if (text.find('\0') != std::string_view::npos) {
    return Fault{Reason::kNullCharacter, place.text() + " holds a null character (\\u0000)"};
  }
  return {};
}

std::optional<Decimal> whole_decimal(std::int64_t value) {
  return multiply(Decimal{Decimal::kScale}, value);
}

}  // namespace

Check read_text(const Member& member, const Place& place, std::string_view& out) {
  if (auto fault = require(member, place)) return fault;
  if (member.value().get(out) != simdjson::SUCCESS) return wrong_type(member, place, "a string");
  if (out.empty()) return Fault{Reason::kEmptyField, place.text() + " is empty"};
  return check_text(out, place);
}

Check read_optional_text(const Member& member, const Place& place, std::string_view& out) {
  if (!member.present() || member.is_null()) return {};
  if (member.value().get(out) != simdjson::SUCCESS) return wrong_type(member, place, "a string or null");
  if (out.empty()) out = {};
  return check_text(out, place);
}

Check read_decimal(const Member& member, const Place& place, const NumberText& number_text, Decimal& out) {
  if (auto fault = require(member, place)) return fault;
  const auto& value = member.value();
  std::optional<Decimal> decimal;
  switch (value.type()) {
    case element_type::INT64:
      decimal = whole_decimal(value.get_int64().value_unsafe());
      break;
    case element_type::UINT64:
      break;  // beyond the range of int64, and so of money
    case element_type::DOUBLE: {
      const double number = value.get_double().value_unsafe();
      decimal = decimal_from_double(number);
      if (!decimal) decimal = parse_decimal(number_text());
      break;
    }
    default:
      return wrong_type(member, place, "a number");
  }
  if (!decimal) {
    return Fault{Reason::kOutOfRange, place.text() + " has more than 14 digits before the point"};
  }
  out = *decimal;
  return {};
}

Check read_quantity(const Member& member, const Place& place, std::int32_t& out) {
  if (auto fault = require(member, place)) return fault;
  const auto& value = member.value();
  if (!value.is_number()) return wrong_type(member, place, "a whole number");
  const double number = value.get_double().value();
  if (number != std::floor(number)) {
    return Fault{Reason::kWrongType, fmt::format("{} is {}, expected a whole number", place.text(), number)};
  }
  if (!(number >= 1 && number <= static_cast<double>(kQuantityMax))) {
    return Fault{Reason::kOutOfRange,
                 fmt::format("{} is {}, expected 1 to {}", place.text(), number, kQuantityMax)};
  }
  out = static_cast<std::int32_t>(number);
  return {};
}

Check read_time(const Member& member, const Place& place, Timestamp arrival, Timestamp& out) {
  std::string_view text;
  if (auto fault = read_text(member, place, text)) return fault;
  const auto time = parse_timestamp(text);
  if (!time) {
    return Fault{Reason::kBadTime, fmt::format("{} is {}, expected ISO 8601 such as 2024-07-01T09:00:00Z",
                                               place.text(), quoted_excerpt(text))};
  }
  if (time->micros < 0) {
    return Fault{Reason::kTimeOutOfRange, fmt::format("{} is {}, before 1970", place.text(), text)};
  }
  if (time->micros > arrival.micros + kFutureHorizonMicros) {
    return Fault{Reason::kTimeOutOfRange,
                 fmt::format("{} is {}, more than {} hours after its arrival at {}", place.text(), text,
                             kFutureHorizonMicros / 3'600'000'000, format_timestamp(arrival))};
  }
  out = *time;
  return {};
}

Check read_object(const Member& member, const Place& place, simdjson::dom::object& out) {
  if (auto fault = require(member, place)) return fault;
  if (member.value().get(out) != simdjson::SUCCESS) return wrong_type(member, place, "an object");
  return {};
}

Check read_list(const Member& member, const Place& place, simdjson::dom::array& out) {
  if (auto fault = require(member, place)) return fault;
  if (member.value().get(out) != simdjson::SUCCESS) return wrong_type(member, place, "a list");
  if (out.begin() == out.end()) return Fault{Reason::kEmptyField, place.text() + " is an empty list"};
  return {};
}

}  // namespace millrace
