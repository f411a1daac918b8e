#include "query/result_format.h"

namespace millrace {

std::optional<ResultFormat> parse_result_format(std::string_view name) {
  if (name == "table") return ResultFormat::kTable;
  if (name == "json") return ResultFormat::kJson;
  if (name == "ndjson") return ResultFormat::kNdjson;
  if (name == "csv") return ResultFormat::kCsv;
  return std::nullopt;
}

std::string_view content_type(ResultFormat format) {
  switch (format) {
    case ResultFormat::kTable:
      return "text/plain; charset=utf-8";
    case ResultFormat::kJson:
      return "application/json";
    case ResultFormat::kNdjson:
      return "application/x-ndjson";
    case ResultFormat::kCsv:
      return "text/csv; charset=utf-8; header=present";
  }
  return "application/octet-stream";
}

}  // namespace millrace
