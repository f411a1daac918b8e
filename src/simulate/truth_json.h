// The truth is told as JSON objects, built member by member.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/decimal.h"
#include "base/json_string.h"
#include "base/time.h"

namespace millrace {

class TruthObject {
 public:
  void add(std::string_view name, std::uint64_t number) { add_json(name, fmt::to_string(number)); }
  void add(std::string_view name, Decimal amount) { add_json(name, format_decimal(amount)); }
  void add(std::string_view name, std::string_view text) { add_json(name, json_quoted(text)); }
  void add(std::string_view name, const TruthObject& object) { add_json(name, object.json()); }
  void add_signed(std::string_view name, std::int64_t number) { add_json(name, fmt::to_string(number)); }
  void add_flag(std::string_view name, bool flag) { add_json(name, flag ? "true" : "false"); }
  void add_json(std::string_view name, std::string_view json) {
    if (!members_.empty()) members_ += ", ";
    append_json_string(members_, name);
    members_ += ": ";
    members_ += json;
  }
  // Null when there was nothing that had a time.
  void add_range(bool is_empty, Timestamp first, Timestamp last) {
    add_json("first_at", is_empty ? "null" : json_quoted(format_timestamp(first)));
    add_json("last_at", is_empty ? "null" : json_quoted(format_timestamp(last)));
  }

  std::string json() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

inline Decimal decimal_of_cents(std::uint64_t cents) {
  return {static_cast<std::int64_t>(cents) * (Decimal::kScale / 100)};
}

}  // namespace millrace
