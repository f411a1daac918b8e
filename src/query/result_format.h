// The forms in which the rows of a query are written.
#pragma once

#include <optional>
#include <string_view>

namespace millrace {

enum class ResultFormat { kTable, kJson, kNdjson, kCsv };

// `table`, `json`, `ndjson`, `csv`.
std::optional<ResultFormat> parse_result_format(std::string_view name);

// For HTTP: `application/json` and so on.
std::string_view content_type(ResultFormat format);

}  // namespace millrace
