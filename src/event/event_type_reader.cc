#include "event/event_type_reader.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "event/choices.h"
#include "event/json_text.h"

namespace millrace {
namespace {

Fault unknown(const EventTypeRule& rule, const ContractProperty& property, std::string_view text) {
  std::vector<std::string> known;
  for (const auto& known_case : rule.cases) known.push_back(known_case.first);
  return {Reason::kUnknownEventType,
          fmt::format("{} is {}, expected {}", property.name, quoted_excerpt(text), choices_in_words(known))};
}

Check read_by_text(const EventTypeRule& rule, const ContractProperty& property, const FieldValue& value,
                   EventType& out) {
  if (!value.present) {
    return Fault{Reason::kMissingField, property.name + " is missing: it tells what kind of event it is"};
  }
  for (const auto& [text, type] : rule.cases) {
    if (value.text != text) continue;
    out = type;
    return {};
  }
  return unknown(rule, property, value.text);
}

EventType type_by_prefix(const EventTypeRule& rule, const FieldValue& value) {
  for (const auto& [prefix, type] : rule.cases) {
    if (value.present && value.text.starts_with(prefix)) return type;
  }
  return rule.otherwise;
}

}  // namespace

Check read_event_type(const EventTypeRule& rule, const ContractProperty& property, const FieldValue& value,
                      EventType& out) {
  switch (rule.kind) {
    case EventTypeRule::Kind::kConstant:
      out = rule.otherwise;
      return {};
    case EventTypeRule::Kind::kValues:
      return read_by_text(rule, property, value, out);
    case EventTypeRule::Kind::kPrefixes:
      out = type_by_prefix(rule, value);
      return {};
    case EventTypeRule::Kind::kPresence:
      out = value.present && !rule.cases.empty() ? rule.cases.front().second : rule.otherwise;
      return {};
  }
  return {};
}

}  // namespace millrace
