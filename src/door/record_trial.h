// Tells a sender what the engine will say of its records, in advance: a dry run of the same decoders.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace millrace {

// Members of a JSON object, without its braces: "contract" (the built-in one that is named like the topic, or
// null) and "verdicts", one for each record in order:
//   {"index":0,"verdict":"accepted"}, {"index":1,"verdict":"refused","reason":"bad_time","message":"…"}
// An accepted visit lists those of its events that are refused alone as "refused_events". Without a contract
// each verdict is "unchecked".
std::string trial_members(std::string_view topic, std::span<const std::string_view> records,
                          Timestamp arrival);

}  // namespace millrace
