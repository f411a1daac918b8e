// Rows for tests of the row decoder: written as CSV and as JSON, and what was decoded as text.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/json_string.h"
#include "event/contract.h"
#include "event/row.h"

namespace millrace {

// All that the decoder tells, as text: equal texts mean equal rows, ids and refusals.
std::string test_description(const Contract& contract, const DecodedRow& decoded);

// The text of each value as CSV writes it, in the order of the contract; empty: no value.
using TestRow = std::vector<std::string>;

std::string written_as_csv(const TestRow& row);
std::string written_as_json(const TestRow& row, const Contract& contract);  // no values are left out

// A row that keeps to every rule of test_typed().
rc::Gen<TestRow> test_row(const Contract& contract);

// UTF-8 without null characters, with what matters to CSV and JSON in it; perhaps empty.
rc::Gen<std::string> test_text();

}  // namespace millrace
