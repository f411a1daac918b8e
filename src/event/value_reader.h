// Reads the values of one property, by its type, from what CSV and what JSON writes. Strict: a number in
// quotes is no number in JSON, `2.9` is no whole number, and money goes through no binary floating point.
//
// No value: the property is not there, null, an empty text, or one of its null_texts.
#pragma once

#include <simdjson.h>

#include <array>
#include <string_view>

#include "base/limits.h"
#include "event/contract.h"
#include "event/fault.h"
#include "event/field_reader.h"
#include "event/row.h"

namespace millrace {

// Not thread-safe. Each function returns the first rule of the type, or of being required, that the value
// breaks; without one `out` has the value, or is as before when there is no value.
class ValueReader {
 public:
  explicit ValueReader(const ContractProperty& property);  // must outlive the reader

  Check read_missing() const;  // the record lacks the property
  Check read_null() const;     // JSON's null

  // As CSV writes it; UTF-8 without null characters.
  Check read_text(std::string_view text, FieldValue& out) const {
    if (!is_plain_text_ || text.empty() || text.size() > kTextSizeMax) return read_other_text(text, out);
    out.present = true;
    out.text = text;
    return {};
  }

  // A text made from a number lives in the reader, until the next one.
  Check read_json(const simdjson::dom::element& value, const NumberText& number_text, FieldValue& out);

 private:
  using Type = simdjson::dom::element_type;

  Check read_other_text(std::string_view text, FieldValue& out) const;
  Check no_value(Reason reason, std::string_view why) const;
  Check read_empty(std::string_view text) const;
  bool means_no_value(std::string_view text) const;
  Fault wrong_text(std::string_view text, std::string_view expected) const;
  Fault wrong_type(const simdjson::dom::element& value, std::string_view expected) const;

  Check take_text(std::string_view text, FieldValue& out) const;
  Check take_time(std::string_view text, FieldValue& out) const;
  Check take_epoch(std::int64_t units, FieldValue& out) const;

  Check parse_integer(std::string_view text, FieldValue& out) const;
  Check parse_money(std::string_view text, FieldValue& out) const;
  Check parse_double(std::string_view text, FieldValue& out) const;
  Check parse_boolean(std::string_view text, FieldValue& out) const;

  Check read_json_text(const simdjson::dom::element& value, FieldValue& out);
  Check read_json_integer(const simdjson::dom::element& value, FieldValue& out) const;
  Check read_json_decimal(const simdjson::dom::element& value, const NumberText& number_text,
                          FieldValue& out) const;
  Check read_json_double(const simdjson::dom::element& value, FieldValue& out) const;
  Check read_json_boolean(const simdjson::dom::element& value, FieldValue& out) const;
  Check read_json_time(const simdjson::dom::element& value, FieldValue& out) const;

  const ContractProperty* property_;
  bool is_plain_text_;             // a text that is taken as it stands, as most properties are
  std::array<char, 24> digits_{};  // of a whole number that is read as text
};

}  // namespace millrace
