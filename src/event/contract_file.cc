#include "event/contract_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/contract_draft.h"
#include "event/contract_version.h"

namespace millrace {
namespace {

constexpr std::size_t kNameSizeMax = 48;

bool is_contract_name(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= kNameSizeMax && is_letter(name[0]) &&
         std::ranges::all_of(name, fits);
}

// The document's own keys, then its one schema object.
class ContractReader {
 public:
  ContractReader(const YamlNode& root, ContractDraft& draft)
      : fields_(root, "the contract", draft.findings), draft_(draft), contract_(draft.contract) {}

  void read() {
    expect("kind", "DataContract");
    expect("apiVersion", "v3.1.0");
    read_name();
    read_version();
    fields_.required_text("id", "write an id of your own choice that no other contract has");
    fields_.required_text("status", "write proposed, draft, active, deprecated or retired");
    read_description();
    fields_.pass_over({"domain", "tenant", "tags", "team", "support", "price", "servers", "roles",
                       "slaDefaultElement", "slaProperties", "authoritativeDefinitions", "contractCreatedTs",
                       "dataProduct", "customProperties"});
    const YamlNode* const schema =
        fields_.require("schema", "describe the records: `schema:` with one object");
    if (schema != nullptr) read_schema(*schema);
  }

 private:
  void expect(std::string_view key, std::string_view value) {
    const std::string remedy = fmt::format("write `{}: {}`", key, value);
    const YamlNode* const node = fields_.require(key, remedy);
    if (node != nullptr && node->text != value) {
      draft_.findings.error(node->place, fmt::format("{} is {}", key, shown(node->text)), remedy);
    }
  }

  void read_name() {
    contract_.name = fields_.required_text("name", "write one: the table is named after it");
    const YamlNode* const node = fields_.find("name");
    if (node == nullptr || is_contract_name(contract_.name)) return;
    draft_.findings.error(node->place,
                          fmt::format("the name {} cannot be that of a table", shown(contract_.name)),
                          "write at most 48 of a-z, 0-9 and _, a letter first");
  }

  void read_version() {
    contract_.version = fields_.required_text("version", "write `version: 1.0.0`");
    const YamlNode* const node = fields_.find("version");
    if (node == nullptr || parse_contract_version(contract_.version)) return;
    draft_.findings.error(node->place, fmt::format("version is {}", shown(contract_.version)),
                          "write three numbers, such as 1.0.0");
  }

  void read_description() {
    const YamlNode* const node = fields_.find("description");
    if (node == nullptr) return;
    YamlFields description(*node, "description", draft_.findings);
    contract_.description = description.text("purpose");
    description.pass_over({"usage", "limitations", "authoritativeDefinitions", "customProperties"});
  }

  void read_schema(const YamlNode& list) {
    const auto objects = read_list(list, "schema", draft_.findings);
    if (list.kind == YamlNode::Kind::kSequence && objects.size() != 1) {
      draft_.findings.error(list.place, fmt::format("schema has {} objects", objects.size()),
                            "describe one kind of records a contract");
    }
    if (!objects.empty()) read_object(objects[0]);
  }

  void read_object(const YamlNode& node) {
    YamlFields object(node, "the schema object", draft_.findings);
    object.required_text("name", "name what a record is, such as `name: click`");
    object.pass_over({"id", "physicalName", "physicalType", "businessName", "description", "tags",
                      "dataGranularityDescription", "authoritativeDefinitions", "relationships"});
    if (const YamlNode* type = object.find("logicalType"); type != nullptr && type->text != "object") {
      draft_.findings.error(type->place,
                            fmt::format("logicalType of the schema object is {}", shown(type->text)),
                            "write `logicalType: object`");
    }
    if (const YamlNode* quality = object.find("quality")) {
      draft_.findings.warn(quality->place, "quality of the schema object is not checked while loading",
                           "check it with a query over the table");
    }
    const YamlNode* const properties = object.require("properties", "list the columns of a record");
    const YamlNode* const custom = object.find("customProperties");
    const YamlNode* const extension = custom == nullptr ? nullptr : find_extension(*custom);
    read_records(properties, extension);
    if (extension != nullptr || !object.is_mapping()) return;
    draft_.findings.error(
        object.place(), "the schema object does not say what its records are",
        "add `customProperties: [{property: millrace, value: {event_type: …, identity: …}}]`");
  }

  void read_records(const YamlNode* properties, const YamlNode* extension) {
    contract_.shape = peek_shape(extension);
    if (properties != nullptr && contract_.is_nested()) read_nested_properties(*properties, draft_.findings);
    if (properties != nullptr && !contract_.is_nested()) read_properties(*properties, draft_);
    if (extension == nullptr) return;
    read_extension(*extension, draft_);
    check_contract(draft_);
  }

  // The value of the one entry that is ours; others belong to other programs.
  const YamlNode* find_extension(const YamlNode& list) {
    const YamlNode* found = nullptr;
    for (const YamlNode& entry : read_list(list, "customProperties of the schema object", draft_.findings)) {
      const YamlNode* const property = peek(entry, "property");
      if (property == nullptr || property->text != "millrace") continue;
      YamlFields fields(entry, "the custom property millrace", draft_.findings);
      fields.pass_over({"id", "property", "description"});
      const YamlNode* const value = fields.require("value", "write what Millrace needs under `value:`");
      if (found != nullptr) {
        draft_.findings.error(entry.place, "the custom property millrace is there twice",
                              "write both as one");
      }
      if (found == nullptr) found = value;
    }
    return found;
  }

  YamlFields fields_;
  ContractDraft& draft_;
  Contract& contract_;
};

}  // namespace

std::optional<std::size_t> ContractDraft::property(const YamlNode& name, std::string_view what) {
  const auto text = read_text(name, what, findings);
  if (!text) return std::nullopt;
  if (const auto found = contract.property_named(*text)) return found;
  std::vector<std::string_view> names;
  for (const ContractProperty& property : contract.properties) names.push_back(property.name);
  findings.error(name.place, fmt::format("{}: there is no property {}", what, shown(*text)),
                 meant(*text, names));
  return std::nullopt;
}

std::string ContractFinding::text(std::string_view file) const {
  std::string place(file);
  if (line > 0) place += fmt::format(":{}:{}", line, column);
  return fmt::format("{}: {}: {}; {}", place, is_error ? "error" : "warning", message, remedy);
}

bool ParsedContract::has_errors() const {
  return std::ranges::any_of(findings, &ContractFinding::is_error);
}

ParsedContract parse_contract(std::string_view yaml) {
  ContractDraft draft;
  const auto tree = read_yaml(yaml);
  if (const auto* fault = std::get_if<YamlFault>(&tree)) {
    draft.findings.error(fault->place, fault->message, fault->remedy);
  } else {
    ContractReader(std::get<YamlNode>(tree), draft).read();
    draft.contract.text = yaml;
  }
  return {std::move(draft.contract), draft.findings.take()};
}

Result<Contract> read_contract(std::string_view yaml, std::string_view file) {
  ParsedContract parsed = parse_contract(yaml);
  if (!parsed.has_errors()) return std::move(parsed.contract);
  std::string message;
  for (const ContractFinding& finding : parsed.findings) {
    if (!finding.is_error) continue;
    message += (message.empty() ? "" : "\n") + finding.text(file);
  }
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

}  // namespace millrace
