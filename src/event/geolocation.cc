#include "event/geolocation.h"

#include <charconv>
#include <cmath>

namespace millrace {
namespace {

std::optional<double> parse_degrees(std::string_view text, double bound) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (!whole || !(std::fabs(value) <= bound)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Geolocation> parse_geolocation(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto latitude = parse_degrees(text.substr(0, comma), 90);
  const auto longitude = parse_degrees(text.substr(comma + 1), 180);
  if (!latitude || !longitude) return std::nullopt;
  return Geolocation{*latitude, *longitude};
}

}  // namespace millrace
