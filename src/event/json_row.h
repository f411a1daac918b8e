// A JSON object taken apart by its members.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "event/contract.h"
#include "event/json_members.h"
#include "event/plain_json.h"
#include "event/row_source.h"
#include "event/value_reader.h"

namespace millrace {

class JsonRow : public RowSource {
 public:
  explicit JsonRow(const Contract& contract);  // must outlive it

  Check set_header(std::string_view /*header*/) override { return {}; }

  // The record has simdjson::SIMDJSON_PADDING readable bytes behind it.
  Check take_apart(std::string_view record, bool unterminated) override;
  Check read(std::size_t property, FieldValue& out) override;
  std::string_view extra() override;

 private:
  Check parse(std::string_view record, simdjson::dom::element& root);
  std::string_view number_text(std::size_t property) const;

  PlainJson plain_;
  bool is_plain_ = false;  // the record: what follows knows nothing of it then
  simdjson::dom::parser parser_;
  std::vector<std::string_view> names_;  // of the properties
  std::vector<ValueReader> readers_;
  std::vector<Member> members_;
  std::string_view record_;
  simdjson::dom::object object_;
  ExtraMembers extras_;
  std::string extra_;
};

}  // namespace millrace
