// Where in a record something stands, put into words only when something is wrong with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

// `events[2].details.items[0].price`; without a name, what holds the members.
struct Place {
  std::string_view name;
  std::int32_t event = -1;  // -1: in the visit itself
  bool in_details = false;
  std::int32_t item = -1;

  std::string text() const;
  Place operator[](std::string_view member) const {
    Place place = *this;
    place.name = member;
    return place;
  }
};

}  // namespace millrace
