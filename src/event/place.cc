#include "event/place.h"

#include <fmt/format.h>

namespace millrace {

std::string Place::text() const {
  std::string text;
  if (event >= 0) text += fmt::format("events[{}].", event);
  if (in_details) text += "details.";
  if (item >= 0) text += fmt::format("items[{}].", item);
  text += name;
  if (name.empty() && !text.empty()) text.pop_back();
  return text;
}

}  // namespace millrace
