#include "event/json_members.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_string.h"
#include "base/limits.h"
#include "event/json_text.h"

namespace millrace {
namespace {

Fault twice(const Place& place, std::string_view key) {
  const std::string where = place.text();
  return {Reason::kDuplicateKey, fmt::format("{} is there twice{}{}: which one counts?", quoted_excerpt(key),
                                             where.empty() ? "" : " in ", where)};
}

void append_member(std::string& out, std::string_view key, std::string_view json) {
  out += out.empty() ? '{' : ',';
  append_json_string(out, key);
  out += ':';
  out += json;
}

void append_sorted(std::string& out, const simdjson::dom::element& value);

void append_sorted_object(std::string& out, simdjson::dom::object object) {
  ExtraMembers members;
  for (const auto [key, value] : object) members.add(key, value);
  out += members.empty() ? "{}" : members.take();
}

void append_sorted_list(std::string& out, simdjson::dom::array list) {
  out += '[';
  bool first = true;
  for (const simdjson::dom::element value : list) {
    if (!first) out += ',';
    first = false;
    append_sorted(out, value);
  }
  out += ']';
}

// The value as JSON that is the same in whatever order its members came. At most kDepthMax levels deep.
void append_sorted(std::string& out, const simdjson::dom::element& value) {
  if (value.is_object()) {
    append_sorted_object(out, value.get_object().value_unsafe());
  } else if (value.is_array()) {
    append_sorted_list(out, value.get_array().value_unsafe());
  } else {
    out += simdjson::minify(value);
  }
}

}  // namespace

void ExtraMembers::add(std::string_view key, simdjson::dom::element value) {
  std::string json;
  append_sorted(json, value);
  members_.emplace_back(key, std::move(json));
}

void ExtraMembers::add_text(std::string_view key, std::string json) {
  members_.emplace_back(key, std::move(json));
}

std::string ExtraMembers::take() {
  std::string text;
  if (members_.empty()) return text;
  std::ranges::sort(members_);
  for (const auto& [key, json] : members_) append_member(text, key, json);
  members_.clear();
  return text + '}';
}

Check read_members(simdjson::dom::object object, std::span<const std::string_view> names,
                   std::span<Member> members, ExtraMembers& extras, const Place& place) {
  std::vector<std::string_view> unknown;
  std::size_t expected = 0;  // senders write members in one order: try the one after the last first
  for (const auto [key, value] : object) {
    std::size_t i = expected;
    if (i >= names.size() || names[i] != key) {
      i = static_cast<std::size_t>(std::ranges::find(names, key) - names.begin());
    }
    if (i < names.size()) {
      if (members[i].present()) return twice(place, key);
      members[i].set(value);
      expected = i + 1;
      continue;
    }
    if (std::ranges::find(unknown, key) != unknown.end()) return twice(place, key);
    if (unknown.size() == kObjectKeysMax) {
      const std::string where = place.text();
      return Fault{Reason::kTooLarge, fmt::format("{} has more than {} unknown members",
                                                  where.empty() ? "the record" : where, kObjectKeysMax)};
    }
    unknown.push_back(key);
    extras.add(key, value);
  }
  return {};
}

std::string_view type_in_words(const simdjson::dom::element& value) {
  using simdjson::dom::element_type;
  switch (value.type()) {
    case element_type::ARRAY:
      return "a list";
    case element_type::OBJECT:
      return "an object";
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      return "a number";
    case element_type::STRING:
      return "a string";
    case element_type::BOOL:
      return "a boolean";
    case element_type::NULL_VALUE:
      return "null";
  }
  return "something else";
}

}  // namespace millrace
