// A contract while its file is read: what there is of it so far, and what was found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/contract.h"
#include "event/yaml_fields.h"

namespace millrace {

struct ContractDraft {
  Contract contract;
  std::vector<YamlPlace> property_places;  // of each of the contract's properties
  YamlPlace place;                         // of what only Millrace needs
  ContractFindings findings;

  // The position of a property that is named somewhere; an error when there is none of that name.
  std::optional<std::size_t> property(const YamlNode& name, std::string_view what);
};

// `schema[].properties` of flat records.
void read_properties(const YamlNode& list, ContractDraft& draft);

// The same of nested records: they are only checked, because their decoder does not follow them.
void read_nested_properties(const YamlNode& list, ContractFindings& findings);

// `schema[].customProperties[property: millrace].value`, once the properties are known.
void read_extension(const YamlNode& value, ContractDraft& draft);

// The shape that the same value names; kEvents when it names none.
Shape peek_shape(const YamlNode* extension);

// What must hold between the parts, once all are known.
void check_contract(ContractDraft& draft);

}  // namespace millrace
