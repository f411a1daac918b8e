// Tells what kind of event a row is, by its contract's rule.
#pragma once

#include "event/contract.h"
#include "event/fault.h"
#include "event/row.h"

namespace millrace {

// `property` is the one that the rule goes by, `value` is the row's.
Check read_event_type(const EventTypeRule& rule, const ContractProperty& property, const FieldValue& value,
                      EventType& out);

}  // namespace millrace
