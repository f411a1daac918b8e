// The members of a JSON object, taken apart by name in one pass: the named ones into slots, the others kept
// as JSON, a name that comes twice found. Part of the decoders; simdjson does the parsing.
#pragma once

#include <simdjson.h>

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/fault.h"
#include "event/place.h"

namespace millrace {

// A named member: absent, or a value (which may be null).
class Member {
 public:
  void set(simdjson::dom::element value) {
    value_ = value;
    present_ = true;
  }
  bool present() const { return present_; }
  bool is_null() const { return present_ && value_.is_null(); }
  const simdjson::dom::element& value() const { return value_; }

 private:
  simdjson::dom::element value_;
  bool present_ = false;
};

inline constexpr std::size_t kMembersMax = 6;
using Members = std::array<Member, kMembersMax>;

// Members that no rule names, as the text of a JSON object with its members in order of their names, so that
// it does not depend on the order in which they came. Keys are borrowed until take().
class ExtraMembers {
 public:
  void add(std::string_view key, simdjson::dom::element value);
  void add_text(std::string_view key, std::string json);
  bool empty() const { return members_.empty(); }
  std::string take();

 private:
  std::vector<std::pair<std::string_view, std::string>> members_;
};

// Fills members[i], which is absent before, with the value of names[i]. `place` is that of the object.
Check read_members(simdjson::dom::object object, std::span<const std::string_view> names,
                   std::span<Member> members, ExtraMembers& extras, const Place& place);

// "a list", "an object", "a string", "a number", "a boolean", "null".
std::string_view type_in_words(const simdjson::dom::element& value);

}  // namespace millrace
