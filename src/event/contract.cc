#include "event/contract.h"

#include <algorithm>

namespace millrace {
namespace {

std::optional<std::size_t> position(auto found, const std::vector<ContractProperty>& properties) {
  if (found == properties.end()) return std::nullopt;
  return static_cast<std::size_t>(found - properties.begin());
}

}  // namespace

std::optional<std::size_t> Contract::property_named(std::string_view wanted) const {
  return position(std::ranges::find(properties, wanted, &ContractProperty::name), properties);
}

std::optional<std::size_t> Contract::property_for(CanonicalField field) const {
  return position(std::ranges::find(properties, std::optional(field), &ContractProperty::field), properties);
}

}  // namespace millrace
