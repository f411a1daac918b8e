// Finds the exact bytes of a part of a JSON text. For the rare cases where a parsed value is not enough: the
// bytes of a refused event, the digits of a number too long for a double.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

// The value of `key` (ASCII, without quotes and control characters) in the object `object_text`, or nothing
// (a null view) when there is none. The text may be malformed: then what is found is some part of it, never
// beyond it.
std::string_view member_text(std::string_view object_text, std::string_view key);

// The value of the member at `index`, from 0, of the object; a null view when there is none.
std::string_view member_text_at(std::string_view object_text, std::size_t index);

// The elements of the array `array_text`, each without surrounding blanks.
std::vector<std::string_view> element_texts(std::string_view array_text);

// Whether a number in `text` breaks the grammar of JSON: 01, 1., 0x1, -Infinity. One that is only too large
// does not.
bool holds_malformed_number(std::string_view text);

// Whether all of `text` is a number as JSON writes them.
bool is_json_number(std::string_view text);

// The start of `text`, at most 64 bytes, as a JSON string for a message: characters stay whole, and none
// controls a terminal. `text` is UTF-8.
std::string quoted_excerpt(std::string_view text);

}  // namespace millrace
