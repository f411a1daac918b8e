#include "event/contract_version.h"

#include <charconv>

namespace millrace {
namespace {

// Takes a number without leading zeros from the front.
bool take_number(std::string_view& text, std::uint32_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || (digits > 1 && text.front() == '0')) return false;
  text.remove_prefix(digits);
  return true;
}

bool take_point(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<ContractVersion> parse_contract_version(std::string_view text) {
  ContractVersion version;
  const bool is_version = take_number(text, version.major) && take_point(text) &&
                          take_number(text, version.minor) && take_point(text) &&
                          take_number(text, version.patch) && text.empty();
  if (!is_version) return std::nullopt;
  return version;
}

}  // namespace millrace
