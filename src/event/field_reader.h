// Reads single values of a record with their rules: type, presence, length, range. Each returns the first
// rule that the value breaks, in words that name the place.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/decimal.h"
#include "base/time.h"
#include "event/json_members.h"
#include "event/place.h"

namespace millrace {

// The exact text of a number, for those that a double cannot hold; empty when it cannot be found.
using NumberText = std::function<std::string_view()>;

Check read_text(const Member& member, const Place& place, std::string_view& out);  // required, not empty
Check read_optional_text(const Member& member, const Place& place,
                         std::string_view& out);  // absent, null: no value
Check read_decimal(const Member& member, const Place& place, const NumberText& number_text, Decimal& out);
Check read_quantity(const Member& member, const Place& place,
                    std::int32_t& out);  // whole, 1 to 1,000,000,000
Check read_time(const Member& member, const Place& place, Timestamp arrival, Timestamp& out);
Check read_object(const Member& member, const Place& place, simdjson::dom::object& out);
Check read_list(const Member& member, const Place& place, simdjson::dom::array& out);  // not empty

}  // namespace millrace
