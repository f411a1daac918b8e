// A record with a list of events as parsed JSON, and beside it as text: for what a parsed value cannot tell.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/json_members.h"

namespace millrace {

// Why a whole record is refused that simdjson refuses.
Fault record_fault(simdjson::error_code error);

// Not thread-safe. What it returns lives until the next parse(); the record must live as long.
class RecordParser {
 public:
  RecordParser();

  // `record` has simdjson::SIMDJSON_PADDING readable bytes behind it and at most kRecordSizeMax itself.
  Check parse(std::string_view record, simdjson::dom::element& root);

  // True for an event whose numbers are beyond what JSON parsers hold: it reads as null.
  bool is_unreadable(std::int32_t event) const;

  // The exact bytes of the events, found when first asked for.
  const std::vector<std::string_view>& event_texts();

  // The digits of a number of an event's details, or of one of its items (-1: none); empty when it is not
  // found.
  std::string_view number_text(std::int32_t event, bool wrapped, std::int32_t item, std::string_view name);

 private:
  simdjson::error_code parse_without_bad_numbers(simdjson::dom::element& root);
  void find_details(std::int32_t event, bool wrapped);

  simdjson::dom::parser parser_;
  std::string_view record_;
  std::vector<std::string_view> event_texts_;
  bool event_texts_known_ = false;
  std::int32_t details_event_ =
      -1;  // whose details the next two are: searched once, however many numbers they hold
  std::string_view details_text_;
  std::vector<std::string_view> item_texts_;
  std::string patched_;  // the record without the events whose numbers cannot be parsed
  std::vector<bool> unreadable_events_;
};

}  // namespace millrace
