#include "event/record_parser.h"

#include <fmt/format.h>

#include "base/check.h"
#include "base/limits.h"
#include "event/json_text.h"

namespace millrace {

Fault record_fault(simdjson::error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR:
      return {Reason::kNotUtf8, "the record is not valid UTF-8"};
    case simdjson::DEPTH_ERROR:
      return {Reason::kTooDeep, fmt::format("the record is nested more than {} levels deep", kDepthMax)};
    case simdjson::CAPACITY:
      return {Reason::kTooLarge, fmt::format("the record has more than {} bytes", kRecordSizeMax)};
    case simdjson::NUMBER_ERROR:
      return {Reason::kWrongType, "the record holds a number beyond 64 bits"};
    case simdjson::UNCLOSED_STRING:
      return {Reason::kNotJson, "the record ends inside a string: was it cut off?"};
    default:
      return {Reason::kNotJson,
              fmt::format("the record is not valid JSON: {}", simdjson::error_message(error))};
  }
}

// simdjson counts the root as a level of its own.
RecordParser::RecordParser() {
  MILLRACE_CHECK(parser_.allocate(kRecordSizeMax, kDepthMax + 1) == simdjson::SUCCESS);
}

Check RecordParser::parse(std::string_view record, simdjson::dom::element& root) {
  record_ = record;
  event_texts_known_ = false;
  details_event_ = -1;
  unreadable_events_.clear();
  simdjson::error_code error = parser_.parse(record.data(), record.size(), false).get(root);
  if (error == simdjson::NUMBER_ERROR) error = parse_without_bad_numbers(root);
  if (error != simdjson::SUCCESS) return record_fault(error);
  return {};
}

// A number such as 1e999 fails the whole text in simdjson, but it is the fault of one event only: parse the
// events one by one, and then the record with the bad ones blanked out.
simdjson::error_code RecordParser::parse_without_bad_numbers(simdjson::dom::element& root) {
  if (holds_malformed_number(record_)) return simdjson::TAPE_ERROR;
  const auto& texts = event_texts();
  unreadable_events_.assign(texts.size(), false);
  patched_.assign(record_);
  std::string event;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    event.assign(texts[i]);
    event.append(simdjson::SIMDJSON_PADDING, ' ');
    if (parser_.parse(event.data(), texts[i].size(), false).error() != simdjson::NUMBER_ERROR) continue;
    if (texts[i].size() < 4) continue;
    unreadable_events_[i] = true;
    const auto at = static_cast<std::size_t>(texts[i].data() - record_.data());
    patched_.replace(at, texts[i].size(), "null" + std::string(texts[i].size() - 4, ' '));
  }
  patched_.append(simdjson::SIMDJSON_PADDING, ' ');
  return parser_.parse(patched_.data(), record_.size(), false).get(root);
}

bool RecordParser::is_unreadable(std::int32_t event) const {
  const auto i = static_cast<std::size_t>(event);
  return i < unreadable_events_.size() && unreadable_events_[i];
}

const std::vector<std::string_view>& RecordParser::event_texts() {
  if (!event_texts_known_) event_texts_ = element_texts(member_text(record_, "events"));
  event_texts_known_ = true;
  return event_texts_;
}

void RecordParser::find_details(std::int32_t event, bool wrapped) {
  details_event_ = event;
  details_text_ = {};
  item_texts_.clear();
  const auto& texts = event_texts();
  const auto i = static_cast<std::size_t>(event);
  if (i >= texts.size()) return;
  details_text_ = member_text(wrapped ? member_text(texts[i], "event") : texts[i], "details");
  item_texts_ = element_texts(member_text(details_text_, "items"));
}

std::string_view RecordParser::number_text(std::int32_t event, bool wrapped, std::int32_t item,
                                           std::string_view name) {
  if (details_event_ != event) find_details(event, wrapped);
  if (item < 0) return member_text(details_text_, name);
  const auto i = static_cast<std::size_t>(item);
  return i < item_texts_.size() ? member_text(item_texts_[i], name) : std::string_view();
}

}  // namespace millrace
