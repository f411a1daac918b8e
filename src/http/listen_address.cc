#include <fmt/format.h>

#include <charconv>

#include "http/http_server.h"

namespace millrace {

Result<HttpOptions> parse_listen_address(std::string_view text) {
  HttpOptions options;
  const std::size_t colon = text.rfind(':');
  const std::string_view digits = colon == std::string_view::npos ? text : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), options.port);
  std::string_view address = colon == std::string_view::npos ? "" : text.substr(0, colon);
  const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
  if (bracketed) address = address.substr(1, address.size() - 2);
  const bool ambiguous = !bracketed && address.find(':') != std::string_view::npos;
  if (error != std::errc() || end != digits.data() + digits.size() || ambiguous) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("'{}' is no address to listen on: write it like 127.0.0.1:8080, [::1]:8080 or 8080",
                    text));
  }
  if (!address.empty()) options.address = address;
  return options;
}

}  // namespace millrace
