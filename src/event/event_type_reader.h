// Tells what kind of event a row is, by its contract's rule.
#pragma once

#include <cstddef>

#include "event/contract.h"
#include "event/fault.h"
#include "event/row.h"

namespace millrace {

// Whether the rule looks at this property.
bool looks_at(const EventTypeRule& rule, std::size_t property);

// The type of a row whose property that the rule looks at is read. A property that is no text has none.
Check read_event_type(const EventTypeRule& rule, const ContractProperty& property, const FieldValue& value,
                      EventType& out);

}  // namespace millrace
