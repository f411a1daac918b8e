// Any bytes: parts of a text lie inside it, and where simdjson reads it, they are the parts that it sees.
#include <simdjson.h>

#include <string>

#include "event/json_text.h"
#include "property.h"

namespace millrace {
namespace {

using simdjson::dom::element;

std::string canonical(std::string_view text) {
  simdjson::dom::parser parser;
  element root;
  FUZZ_CHECK(parser.parse(simdjson::padded_string(text)).get(root) == simdjson::SUCCESS);
  return simdjson::minify(root);
}

void check_inside(std::string_view text) {
  for (const std::string_view part : element_texts(text)) FUZZ_CHECK(lies_inside(part, text));
  const std::string_view member = member_text(text, "a");
  if (member.data() != nullptr) FUZZ_CHECK(lies_inside(member, text));
}

void check_elements(const simdjson::dom::array& list, std::string_view text) {
  const auto texts = element_texts(text);
  FUZZ_CHECK(texts.size() == list.size());
  std::size_t i = 0;
  for (const element value : list) FUZZ_CHECK(canonical(texts[i++]) == std::string(simdjson::minify(value)));
}

void check_member(const simdjson::dom::object& object, std::string_view text) {
  const std::string_view member = member_text(text, "a");
  element value;
  const bool found = object["a"].get(value) == simdjson::SUCCESS;
  FUZZ_CHECK(found == (member.data() != nullptr));
  if (found) FUZZ_CHECK(canonical(member) == std::string(simdjson::minify(value)));
  std::size_t index = 0;
  for (const auto [key, each] : object) {
    FUZZ_CHECK(canonical(member_text_at(text, index++)) == std::string(simdjson::minify(each)));
  }
  FUZZ_CHECK(member_text_at(text, index).data() == nullptr);
}

void check_against_parser(std::string_view text) {
  simdjson::dom::parser parser;
  element root;
  const simdjson::padded_string padded(text);
  if (parser.parse(padded).get(root) != simdjson::SUCCESS) return;
  FUZZ_CHECK(!holds_malformed_number(text));
  simdjson::dom::array list;
  simdjson::dom::object object;
  if (root.get(list) == simdjson::SUCCESS && list.size() < 64) check_elements(list, text);
  if (root.get(object) == simdjson::SUCCESS) check_member(object, text);
}

void check_excerpt(std::string_view text) {
  if (!simdjson::validate_utf8(text.data(), text.size())) return;
  const std::string quoted = quoted_excerpt(text);
  simdjson::dom::parser parser;
  std::string_view read;
  FUZZ_CHECK(parser.parse(simdjson::padded_string(quoted)).get(read) == simdjson::SUCCESS);
  FUZZ_CHECK(text.starts_with(read));
  FUZZ_CHECK(read.size() <= 64 && (read.size() > 60 || read.size() == text.size()));
  for (const char c : quoted) FUZZ_CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

}  // namespace
}  // namespace millrace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millrace;
  const std::string_view text = fuzz_text(data, size);
  check_inside(text);
  check_against_parser(text);
  check_excerpt(text);
  return 0;
}
