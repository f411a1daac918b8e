#include "event/plain_json.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/limits.h"

namespace millrace {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
constexpr std::uint64_t kHighBits = kOnes << 7;

// Of as many digits a double tells any two decimals of four places apart (decimal_from_double), and a whole
// number fits into 64 bits, or into money.
constexpr std::size_t kDigitsBeforePointMax = 9;
constexpr std::size_t kDigitsBehindPointMax = 4;
constexpr std::size_t kWholeDigitsMax = 18;
constexpr std::size_t kMoneyDigitsMax = 14;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The highest bit of each byte that is zero, and perhaps of some behind the first.
std::uint64_t zero_bytes(std::uint64_t word) {
  return (word - kOnes) & ~word & kHighBits;
}

// The same for bytes that end a plain text: a quote, a backslash, a control character.
std::uint64_t text_ends(std::uint64_t word) {
  const std::uint64_t controls = (word - kOnes * 0x20) & ~word & kHighBits;
  return controls | zero_bytes(word ^ kOnes * '"') | zero_bytes(word ^ kOnes * '\\');
}

// Without a call: names are short. `size` is at least four.
bool same_bytes(const char* a, const char* b, std::size_t size) {
  const auto differ = [&]<typename Word>(std::size_t at, Word) {
    Word of_a;
    Word of_b;
    std::memcpy(&of_a, a + at, sizeof(Word));
    std::memcpy(&of_b, b + at, sizeof(Word));
    return of_a != of_b;
  };
  if (size < 8) return !differ(0, std::uint32_t{}) && !differ(size - 4, std::uint32_t{});
  for (std::size_t at = 0; at + 8 < size; at += 8) {
    if (differ(at, std::uint64_t{})) return false;
  }
  return !differ(size - 8, std::uint64_t{});
}

bool is_plain_name(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

}  // namespace

PlainJson::PlainJson(const Contract& contract) : members_(contract.properties.size()) {
  for (const ContractProperty& property : contract.properties) {
    const std::size_t next = properties_.size() + 1;
    const std::string opening = is_plain_name(property.name) ? '"' + property.name + "\":" : "";
    properties_.push_back({opening, form_of(property), next});
  }
}

// Numbers for no value are so in CSV only, and one that is a time has messages of its own.
PlainJson::Form PlainJson::form_of(const ContractProperty& property) {
  if (property.type == ValueType::kText) return Form::kText;
  if (property.type == ValueType::kTimestamp) {
    return property.time_format && property.time_format->is_epoch() ? Form::kNothing : Form::kTextOnly;
  }
  if (!property.null_texts.empty()) return Form::kNothing;
  switch (property.type) {
    case ValueType::kInteger:
      return Form::kWhole;
    case ValueType::kDecimal:
      return Form::kDecimal;
    case ValueType::kDouble:
      return Form::kDouble;
    case ValueType::kBoolean:
      return Form::kBoolean;
    default:
      return Form::kNothing;
  }
}

bool PlainJson::take_apart(std::string_view record) {
  if (record.size() < 2 || record.size() > kRecordSizeMax || record.front() != '{' || record.back() != '}') {
    return false;
  }
  at_ = record.data() + 1;
  end_ = record.data() + record.size() - 1;
  seen_ = 0;
  std::ranges::fill(members_, Member{});
  std::size_t* expected = &first_;
  for (;;) {
    const std::size_t i = find(*expected);
    if (i == properties_.size() || members_[i].kind != Kind::kAbsent) return false;
    *expected = i;
    expected = &properties_[i].next;
    at_ += properties_[i].opening.size();
    take(' ');
    if (!take_value(properties_[i].form, members_[i])) return false;
    if (at_ >= end_) break;
    if (!take(',')) return false;
    take(' ');
  }
  if (at_ != end_) return false;
  return (seen_ & kHighBits) == 0 || simdjson::validate_utf8(record.data(), record.size());
}

// The property whose member begins here; as many as there are: none. No opening goes beyond the record, since
// that ends in a brace which is no part of a name.
std::size_t PlainJson::find(std::size_t expected) const {
  const auto room = static_cast<std::size_t>(end_ - at_);
  const auto begins = [&](const Property& property) {
    const std::string& opening = property.opening;
    return !opening.empty() && opening.size() <= room && same_bytes(at_, opening.data(), opening.size());
  };
  if (expected < properties_.size() && begins(properties_[expected])) return expected;
  return static_cast<std::size_t>(std::ranges::find_if(properties_, begins) - properties_.begin());
}

bool PlainJson::take_value(Form form, Member& member) {
  if (*at_ == 'n') {
    member.kind = Kind::kNull;
    return take_word("null");
  }
  member.kind = Kind::kValue;
  switch (form) {
    case Form::kText:
      return *at_ == '"' ? take_text(member.text) : take_number(form, member.text);
    case Form::kTextOnly:
      return *at_ == '"' && take_text(member.text);
    case Form::kWhole:
    case Form::kDecimal:
    case Form::kDouble:
      return take_number(form, member.text);
    case Form::kBoolean:
      member.text = *at_ == 't' ? "true" : "false";
      return take_word(member.text);
    case Form::kNothing:
      return false;
  }
  return false;
}

// Eight bytes at a time, up to seven of them behind the record.
bool PlainJson::take_text(std::string_view& text) {
  const char* const begin = ++at_;
  for (; at_ < end_; at_ += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, at_, sizeof word);
    seen_ |= word;
    const std::uint64_t ends = text_ends(word);
    if (ends == 0) continue;
    at_ += std::countr_zero(ends) / 8;
    if (at_ >= end_ || *at_ != '"') return false;
    text = {begin, static_cast<std::size_t>(at_ - begin)};
    ++at_;
    return true;
  }
  return false;
}

// Whole as written without a sign for zero; with a point where the property is one of fractions.
bool PlainJson::take_number(Form form, std::string_view& text) {
  const char* const begin = at_;
  const bool negative = take('-');
  const std::size_t whole = count_digits();
  const bool is_zero = *at_ == '0';
  if (whole == 0 || (is_zero && whole > 1)) return false;
  at_ += whole;
  if (*at_ == '.') {
    if (form != Form::kDecimal && form != Form::kDouble) return false;
    ++at_;
    const std::size_t fraction = count_digits();
    if (whole > kDigitsBeforePointMax || fraction == 0 || fraction > kDigitsBehindPointMax) return false;
    at_ += fraction;
  } else if (whole > (form == Form::kDecimal ? kMoneyDigitsMax : kWholeDigitsMax) || (negative && is_zero)) {
    return false;
  }
  text = {begin, static_cast<std::size_t>(at_ - begin)};
  return true;
}

bool PlainJson::take_word(std::string_view word) {
  if (static_cast<std::size_t>(end_ - at_) < word.size()) return false;
  if (std::memcmp(at_, word.data(), word.size()) != 0) return false;
  at_ += word.size();
  return true;
}

// Ends at the brace at the latest.
std::size_t PlainJson::count_digits() const {
  const char* digit = at_;
  while (is_digit(*digit)) ++digit;
  return static_cast<std::size_t>(digit - at_);
}

}  // namespace millrace
