// Values of an address's parameters, each refused by name when it makes no sense.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "http/http_message.h"

namespace millrace {

// Nothing when it was not sent; an empty value is a mistake, not "any".
Result<std::optional<std::string>> read_text(const HttpRequest& request, std::string_view name,
                                             std::size_t size_max);
Result<std::optional<Timestamp>> read_time(const HttpRequest& request, std::string_view name);
Result<std::int64_t> read_count(const HttpRequest& request, std::string_view name, std::int64_t absent,
                                std::int64_t max);

}  // namespace millrace
