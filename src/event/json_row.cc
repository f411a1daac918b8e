#include "event/json_row.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/limits.h"
#include "event/json_text.h"
#include "event/record_parser.h"
#include "event/row_decoder.h"

namespace millrace {

static_assert(RowDecoder::kPadding >= simdjson::SIMDJSON_PADDING);

// simdjson counts the root as a level of its own.
JsonRow::JsonRow(const Contract& contract) : plain_(contract), members_(contract.properties.size()) {
  MILLRACE_CHECK(parser_.allocate(kRecordSizeMax, kDepthMax + 1) == simdjson::SUCCESS);
  readers_.reserve(contract.properties.size());
  for (const ContractProperty& property : contract.properties) {
    names_.push_back(property.name);
    readers_.emplace_back(property);
  }
}

Check JsonRow::take_apart(std::string_view record, bool /*unterminated*/) {
  is_plain_ = plain_.take_apart(record);
  if (is_plain_) return {};
  record_ = record;
  simdjson::dom::element root;
  if (auto fault = parse(record, root)) return fault;
  if (root.get(object_) != simdjson::SUCCESS) {
    return Fault{Reason::kWrongTopLevelType,
                 fmt::format("the record is {}, expected an object", type_in_words(root))};
  }
  std::ranges::fill(members_, Member{});
  extras_ = {};
  return read_members(object_, names_, members_, extras_, Place{});
}

Check JsonRow::parse(std::string_view record, simdjson::dom::element& root) {
  if (record.size() > kRecordSizeMax) {
    return Fault{Reason::kTooLarge, fmt::format("the record has {} bytes, at most {} are allowed",
                                                record.size(), kRecordSizeMax)};
  }
  simdjson::error_code error = parser_.parse(record.data(), record.size(), false).get(root);
  if (error == simdjson::SUCCESS) return {};
  if (error == simdjson::NUMBER_ERROR && holds_malformed_number(record)) error = simdjson::TAPE_ERROR;
  return record_fault(error);
}

Check JsonRow::read(std::size_t property, FieldValue& out) {
  ValueReader& reader = readers_[property];
  if (is_plain_) {
    const PlainJson::Member& member = plain_.member(property);
    if (member.kind == PlainJson::Kind::kValue) return reader.read_text(member.text, out);
    return member.kind == PlainJson::Kind::kNull ? reader.read_null() : reader.read_missing();
  }
  const Member& member = members_[property];
  if (!member.present()) return reader.read_missing();
  return reader.read_json(member.value(), [=, this] { return number_text(property); }, out);
}

// By the position of the member: its name may be written with escapes.
std::string_view JsonRow::number_text(std::size_t property) const {
  std::size_t index = 0;
  for (const auto member : object_) {
    if (member.key == names_[property]) return member_text_at(record_, index);
    ++index;
  }
  return {};
}

std::string_view JsonRow::extra() {
  if (is_plain_ || extras_.empty()) return {};
  extra_ = extras_.take();
  return extra_;
}

}  // namespace millrace
