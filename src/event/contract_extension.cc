// What only Millrace needs to know of a contract's records.
#include <fmt/format.h>

#include <algorithm>

#include "event/contract_draft.h"

namespace millrace {
namespace {

constexpr auto kFormats = std::to_array<std::string_view>({"json_lines", "csv"});
constexpr auto kHeaders = std::to_array<std::string_view>({"required", "optional", "none"});

// An event type that is told by the start of a text, by its presence …: one of the ways to write it.
class EventTypeReader {
 public:
  EventTypeReader(const YamlNode& node, ContractDraft& draft)
      : fields_(node, "event_type", draft.findings), draft_(draft) {}

  std::optional<EventTypeRule> read() {
    const YamlNode* const property =
        fields_.require("property", "write the property that tells: `property: action`");
    const YamlNode* const values = fields_.find("values");
    const YamlNode* const starts = fields_.find("starts_with");
    const YamlNode* const present = fields_.find("present");
    const YamlNode* const absent = fields_.find("absent");
    const YamlNode* const otherwise = fields_.find("otherwise");
    if (property == nullptr) return std::nullopt;
    const auto position = draft_.property(*property, "event_type");
    if (!position) return std::nullopt;
    rule_.property = *position;
    const bool one_way =
        (values != nullptr) + (starts != nullptr) + (present != nullptr || absent != nullptr) == 1;
    if (!one_way || (starts != nullptr) != (otherwise != nullptr) ||
        (present == nullptr) != (absent == nullptr)) {
      draft_.findings.error(
          fields_.place(), "event_type does not say how the property tells",
          "write values: {…}, or starts_with: {…} with otherwise: …, or present: … with absent: …");
      return std::nullopt;
    }
    if (values != nullptr) return by_text(EventTypeRule::Kind::kValues, *values);
    if (starts != nullptr) {
      rule_.otherwise = type(*otherwise);
      return by_text(EventTypeRule::Kind::kPrefixes, *starts);
    }
    rule_.kind = EventTypeRule::Kind::kPresence;
    rule_.cases = {{"", type(*present)}};
    rule_.otherwise = type(*absent);
    return rule_;
  }

 private:
  EventType type(const YamlNode& node) {
    const auto choice = read_choice(node, "an event type", kEventTypeNames, draft_.findings);
    return static_cast<EventType>(choice.value_or(0));
  }

  EventTypeRule by_text(EventTypeRule::Kind kind, const YamlNode& cases) {
    rule_.kind = kind;
    if (cases.kind != YamlNode::Kind::kMapping || cases.members.empty()) {
      draft_.findings.error(cases.place, "event_type has no cases",
                            "write a text and its event type: {view: view_item}");
      return rule_;
    }
    for (const YamlMember& member : cases.members) add_case(member);
    check_property(cases.place);
    return rule_;
  }

  void add_case(const YamlMember& member) {
    const auto text = read_text(member.key, "a text of event_type", draft_.findings);
    if (!text) return;
    const bool by_start = rule_.kind == EventTypeRule::Kind::kPrefixes;
    const auto taken = [&](const auto& other) {
      return by_start ? text->starts_with(other.first) : *text == other.first;
    };
    if (text->empty()) {
      draft_.findings.error(member.key.place, "event_type has an empty text as a case", "remove it");
    } else if (std::ranges::any_of(rule_.cases, taken)) {
      draft_.findings.error(member.key.place,
                            fmt::format("the case {} of event_type is never reached", shown(*text)),
                            "remove it, or move it before the one that takes its records");
    } else {
      rule_.cases.emplace_back(*text, type(member.value));
    }
  }

  void check_property(YamlPlace place) {
    const ContractProperty& property = draft_.contract.properties[rule_.property];
    if (property.type != ValueType::kText || !property.required) {
      draft_.findings.error(
          place,
          fmt::format("property {} tells the event type by its text, but is not a required string",
                      shown(property.name)),
          "give the property `logicalType: string` and `required: true`");
    }
  }

  YamlFields fields_;
  ContractDraft& draft_;
  EventTypeRule rule_;
};

class ExtensionReader {
 public:
  ExtensionReader(const YamlNode& node, ContractDraft& draft)
      : fields_(node, "millrace", draft.findings), draft_(draft), contract_(draft.contract) {}

  void read() {
    if (const YamlNode* shape = fields_.find("shape")) {
      const auto choice = read_choice(*shape, "shape", kShapeNames, draft_.findings);
      contract_.shape = static_cast<Shape>(choice.value_or(static_cast<std::size_t>(Shape::kEvents)));
    }
    if (const YamlNode* format = fields_.find("format")) {
      contract_.format =
          static_cast<RecordFormat>(read_choice(*format, "format", kFormats, draft_.findings).value_or(0));
    }
    if (contract_.is_nested()) {
      refuse_all_else();
      return;
    }
    read_csv();
    if (const YamlNode* mapping = fields_.find("mapping")) read_mapping(*mapping);
    read_event_type();
    read_identity();
    read_currency();
    if (const YamlNode* suffixes = fields_.find("strip_suffix")) read_suffixes(*suffixes);
  }

 private:
  void refuse_all_else() {
    if (contract_.format != RecordFormat::kJsonLines) {
      draft_.findings.error(fields_.place(), "visits are nested and cannot be CSV", "remove `format: csv`");
    }
    for (const std::string_view key :
         {"csv", "mapping", "event_type", "identity", "currency", "strip_suffix"}) {
      const YamlNode* const node = fields_.find(key);
      if (node == nullptr) continue;
      draft_.findings.error(node->place, fmt::format("{} does not go with the shape visits", key),
                            "remove it: visits are read by rules of their own");
    }
  }

  void read_csv() {
    const YamlNode* const node = fields_.find("csv");
    if (node == nullptr) return;
    if (contract_.format != RecordFormat::kCsv) {
      draft_.findings.error(node->place, "csv does not go with the format json_lines",
                            "remove it, or write `format: csv`");
    }
    YamlFields csv(*node, "csv", draft_.findings);
    if (const YamlNode* delimiter = csv.find("delimiter")) {
      const std::string text = read_text(*delimiter, "delimiter of csv", draft_.findings).value_or(",");
      if (text.size() == 1 && std::string_view(",;\t|").contains(text[0])) {
        contract_.delimiter = text[0];
      } else {
        draft_.findings.error(delimiter->place, fmt::format("delimiter of csv is {}", shown(text)),
                              R"(write one of: ",", ";", "\t", "|")");
      }
    }
    if (const YamlNode* header = csv.find("header")) {
      contract_.header = static_cast<HeaderLine>(
          read_choice(*header, "header of csv", kHeaders, draft_.findings).value_or(0));
    }
  }

  void read_mapping(const YamlNode& node) {
    YamlFields mapping(node, "mapping", draft_.findings);
    for (std::size_t i = 0; i < kCanonicalFieldNames.size(); ++i) {
      const YamlNode* const name = mapping.find(kCanonicalFieldNames[i]);
      if (name == nullptr) continue;
      const auto position = draft_.property(*name, fmt::format("mapping of {}", kCanonicalFieldNames[i]));
      if (position) map(static_cast<CanonicalField>(i), *position, name->place);
    }
  }

  void map(CanonicalField field, std::size_t position, YamlPlace place) {
    ContractProperty& property = contract_.properties[position];
    if (property.field) {
      draft_.findings.error(place,
                            fmt::format("property {} is mapped to {} and to {}", shown(property.name),
                                        name(*property.field), name(field)),
                            "map it to one of them");
      return;
    }
    property.field = field;
    check_type(field, property, place);
    check_values(field, property, place);
  }

  static ValueType type_of(CanonicalField field) {
    switch (field) {
      case CanonicalField::kEventTime:
        return ValueType::kTimestamp;
      case CanonicalField::kPrice:
      case CanonicalField::kAmount:
        return ValueType::kDecimal;
      case CanonicalField::kQuantity:
      case CanonicalField::kDelta:
        return ValueType::kInteger;
      default:
        return ValueType::kText;
    }
  }

  static std::string_view words_for(ValueType type) {
    switch (type) {
      case ValueType::kTimestamp:
        return "`logicalType: timestamp`";
      case ValueType::kDecimal:
        return "`logicalType: number`, and not the physicalType DOUBLE, which cannot hold money exactly";
      case ValueType::kInteger:
        return "`logicalType: integer`";
      default:
        return "`logicalType: string`";
    }
  }

  void check_type(CanonicalField field, const ContractProperty& property, YamlPlace place) {
    const ValueType expected = type_of(field);
    if (property.type == expected) return;
    draft_.findings.error(
        place, fmt::format("property {} is of another type than {}", shown(property.name), name(field)),
        fmt::format("give it {}", words_for(expected)));
  }

  void check_values(CanonicalField field, const ContractProperty& property, YamlPlace place) {
    const auto check = [&](auto is_known, std::string_view known) {
      for (const std::string& value : property.values) {
        if (is_known(value)) continue;
        draft_.findings.error(place,
                              fmt::format("property {} may be {}, which is no {}", shown(property.name),
                                          shown(value), name(field)),
                              fmt::format("valid are {}", known));
      }
    };
    if (field == CanonicalField::kCurrency) check(is_currency_code, "codes of ISO 4217, such as EUR");
    if (field == CanonicalField::kDeviceType) check(is_device_type, "desktop, mobile and tablet");
  }

  void read_event_type() {
    const YamlNode* const node = fields_.require("event_type",
                                                 "say what kind of event a record is: `event_type: "
                                                 "purchase_line`, {property: …, values: {…}}, or none");
    if (node == nullptr) return;
    if (node->kind == YamlNode::Kind::kMapping) {
      contract_.event_type = EventTypeReader(*node, draft_).read();
      return;
    }
    if (node->text == "none") return;
    const auto choice = read_choice(*node, "event_type", kEventTypeNames, draft_.findings);
    if (!choice) return;
    contract_.event_type.emplace().otherwise = static_cast<EventType>(*choice);
  }

  void read_identity() {
    const YamlNode* const node = fields_.require(
        "identity",
        "say what makes a record the same record: `identity: position`, {id: …} or {fields: […]}");
    if (node == nullptr || (node->kind == YamlNode::Kind::kScalar && node->text == "position")) return;
    if (node->kind == YamlNode::Kind::kScalar) {
      draft_.findings.error(node->place, fmt::format("identity is {}", shown(node->text)),
                            "write position, {id: …}, {fields: […]} or {id: …, fields: […]}");
      return;
    }
    YamlFields identity(*node, "identity", draft_.findings);
    const YamlNode* const id = identity.find("id");
    const YamlNode* const fields = identity.find("fields");
    if (identity.is_mapping() && id == nullptr && (fields == nullptr || fields->items.empty())) {
      draft_.findings.error(node->place, "identity names no property",
                            "name some, or write `identity: position`");
    }
    if (id != nullptr) read_id(*id, fields != nullptr);
    if (fields != nullptr) read_identity_fields(*fields);
  }

  void read_id(const YamlNode& node, bool has_fields) {
    const auto position = draft_.property(node, "id of identity");
    if (!position) return;
    contract_.identity.id = position;
    const ContractProperty& id = contract_.properties[*position];
    if (id.type != ValueType::kText && id.type != ValueType::kInteger) {
      draft_.findings.error(node.place,
                            fmt::format("the id {} is neither string nor integer", shown(id.name)),
                            "name another property, or list it under fields");
    }
    if (!id.required && !has_fields) {
      draft_.findings.error(node.place, fmt::format("the id {} may be missing", shown(id.name)),
                            "make the property required, or add fields that tell such records apart");
    }
  }

  void read_identity_fields(const YamlNode& list) {
    RecordIdentity& identity = contract_.identity;
    for (const YamlNode& item : read_list(list, "fields of identity", draft_.findings)) {
      const auto position = draft_.property(item, "a field of identity");
      if (!position) continue;
      if (position == identity.id || std::ranges::find(identity.fields, *position) != identity.fields.end()) {
        draft_.findings.error(item.place, fmt::format("identity names {} twice", shown(item.text)),
                              "remove one");
      } else {
        identity.fields.push_back(*position);
      }
    }
  }

  void read_currency() {
    const YamlNode* const node = fields_.find("currency");
    if (node == nullptr) return;
    const auto code = read_text(*node, "currency", draft_.findings);
    if (!code) return;
    contract_.currency = *code;
    if (is_currency_code(*code)) return;
    draft_.findings.error(
        node->place, fmt::format("currency is {}", shown(*code)),
        code->size() > 8 ? "write a code of ISO 4217, such as EUR" : meant(*code, kCurrencyCodes));
  }

  void read_suffixes(const YamlNode& node) {
    if (node.kind != YamlNode::Kind::kMapping) {
      draft_.findings.error(node.place, "strip_suffix is no mapping",
                            "write a property and its suffix: {user: \".0\"}");
      return;
    }
    YamlFields members(node, "strip_suffix", draft_.findings);  // finds what is there twice
    for (const YamlMember& member : node.members) {
      members.pass_over({member.key.text});
      const auto position = draft_.property(member.key, "strip_suffix");
      if (!position) continue;
      ContractProperty& property = contract_.properties[*position];
      property.strip_suffix =
          read_text(member.value, "a suffix of strip_suffix", draft_.findings).value_or("");
      if (property.type == ValueType::kText && !property.strip_suffix.empty()) continue;
      draft_.findings.error(member.key.place,
                            fmt::format("there is no suffix to strip from {}", shown(property.name)),
                            "name a property with `logicalType: string`, and a suffix that is not empty");
    }
  }

  YamlFields fields_;
  ContractDraft& draft_;
  Contract& contract_;
};

}  // namespace

Shape peek_shape(const YamlNode* extension) {
  const YamlNode* const shape = extension == nullptr ? nullptr : peek(*extension, "shape");
  if (shape == nullptr) return Shape::kEvents;
  const auto found = std::ranges::find(kShapeNames, shape->text);
  return found == kShapeNames.end() ? Shape::kEvents : static_cast<Shape>(found - kShapeNames.begin());
}

void read_extension(const YamlNode& value, ContractDraft& draft) {
  draft.place = value.place;
  ExtensionReader(value, draft).read();
}

}  // namespace millrace
