#include "query/output.h"

#include <fmt/format.h>

namespace millrace {

Status BoundedText::write(std::string_view bytes) {
  if (bytes.size() > bytes_max_ - text_.size()) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("the answer is larger than {} bytes: add a LIMIT, or select fewer columns", bytes_max_));
  }
  text_ += bytes;
  return {};
}

}  // namespace millrace
