#include "app/key_field.h"

#include <simdjson.h>

#include <utility>

namespace millrace {

struct KeyField::Parser {
  simdjson::dom::parser json;
};

KeyField::KeyField(std::string name) : name_(std::move(name)), parser_(std::make_unique<Parser>()) {}
KeyField::~KeyField() = default;

std::optional<std::string_view> KeyField::read(std::string_view line) {
  static_assert(simdjson::SIMDJSON_PADDING <= 64);
  simdjson::dom::element value;
  const bool is_there =
      parser_->json.parse(line.data(), line.size(), false).at_key(name_).get(value) == simdjson::SUCCESS;
  if (!is_there || value.is_null() || value.is_array() || value.is_object()) return std::nullopt;
  if (std::string_view text; value.get_string().get(text) == simdjson::SUCCESS) return text;
  number_ = simdjson::minify(value);
  return number_;
}

}  // namespace millrace
