// The ways in which records come spoiled, with the reason that each must be refused for.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "event/contract.h"
#include "event/reason.h"

namespace millrace {

struct SpoiledForm {
  enum class Way : std::uint8_t {
    // Of JSON records. `text` is a value as JSON writes it.
    kCutOff,
    kWrappedInList,
    kWithoutMember,
    kMemberIs,
    kMemberTwice,
    // Of CSV records. `text` is a column as CSV writes it.
    kColumnIs,
    kColumnTooMany,
    kColumnTooFew,
    // Of visits: one event more, which is refused alone. `text` is the event.
    kEventMore,
  };

  Way way;
  Reason reason;
  std::string_view member = {};
  std::string_view text = {};

  bool is_of_event() const { return way == Way::kEventMore; }
};

// At least one for each reason that sound data of the shape is near to.
std::span<const SpoiledForm> spoiled_forms(Shape shape);

// Appends what the form makes of a sound record, which is a line with its newline, and so is what is
// appended: for an event more, the sound visit with a refused event behind its own; else a record that is
// refused whole.
void append_spoiled(Shape shape, const SpoiledForm& form, std::string_view line, std::string& out);

}  // namespace millrace
