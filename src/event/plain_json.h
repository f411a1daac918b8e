// The plain case of a JSON object, as most senders write most records: on one line without blanks, or with
// one behind each colon and comma; members of the contract only, none twice; texts without escapes, whole
// numbers and decimals of few digits, true, false, null. What such a record means is what the same values
// mean in CSV, and that is how ValueReader reads them.
//
// Anything else is left to the parser, and so is every rule about it: a record is never wrong here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/contract.h"

namespace millrace {

// Not thread-safe.
class PlainJson {
 public:
  explicit PlainJson(const Contract& contract);

  // False: not plain, and nothing is known of it. `record` has RowDecoder::kPadding readable bytes behind it
  // and must outlive what member() gives.
  bool take_apart(std::string_view record);

  enum class Kind : std::uint8_t { kAbsent, kNull, kValue };
  struct Member {
    Kind kind = Kind::kAbsent;
    std::string_view text;  // of kValue; ValueReader::read_text() reads it
  };
  const Member& member(std::size_t property) const { return members_[property]; }

 private:
  // What may stand for a value of the property and be read as CSV is.
  enum class Form : std::uint8_t { kText, kTextOnly, kWhole, kDecimal, kDouble, kBoolean, kNothing };
  struct Property {
    std::string opening;  // `"name":`; empty: has to be left to the parser
    Form form = Form::kNothing;
    std::size_t next = 0;  // the property that came after it in the last record
  };

  static Form form_of(const ContractProperty& property);
  std::size_t find(std::size_t expected) const;
  bool take_value(Form form, Member& member);
  bool take_text(std::string_view& text);
  bool take_number(Form form, std::string_view& text);
  bool take_word(std::string_view word);
  bool take(char c) {
    const bool there = *at_ == c;
    at_ += there;
    return there;
  }
  std::size_t count_digits() const;

  std::vector<Property> properties_;
  std::size_t first_ = 0;  // the property that the last record began with
  std::vector<Member> members_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::uint64_t seen_ = 0;  // the highest bits: whether a text may be other than ASCII
};

}  // namespace millrace
