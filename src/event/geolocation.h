// "lat,long" in degrees, as the visit shape writes a place.
#pragma once

#include <optional>
#include <string_view>

namespace millrace {

struct Geolocation {
  double latitude = 0;   // -90 to 90
  double longitude = 0;  // -180 to 180
};

// Two decimal numbers with a comma between them, blanks allowed around each; nothing for anything else.
std::optional<Geolocation> parse_geolocation(std::string_view text);

}  // namespace millrace
