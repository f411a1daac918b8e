// Reads one visit as the shop's pages send it: a JSON object with session_id, user_id, device_type,
// geolocation, user_agent and events[], each event bare or wrapped as {"event": {…}}.
//
// A record that breaks a rule of the visit itself is refused whole; an event that breaks a rule is refused
// alone. Each refusal has one reason, the first that holds in the order of the schema, whatever the order of
// the members.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "event/visit.h"

namespace millrace {

struct DecodedVisit {
  bool readable =
      false;    // the visit itself is sound; its events may still have been refused, even all of them
  Visit visit;  // meaningless unless readable; holds the sound events only
  std::vector<Refusal> refusals;
  std::size_t events_received = 0;  // of a readable visit
  std::size_t items_received = 0;   // lines of its purchases
  std::size_t items_refused = 0;    // those in refused purchases
};

// Not thread-safe: one decoder a thread.
class VisitDecoder {
 public:
  // Bytes that must be readable (whatever they hold) behind each record.
  static constexpr std::size_t kPadding = 64;

  VisitDecoder();
  ~VisitDecoder();

  // `arrival` bounds event times from above (base/limits.h: kFutureHorizonMicros). The result and all views
  // in it live until the next call; `record` must live as long. Never fails: what is wrong with the record is
  // in the result.
  const DecodedVisit& decode(std::string_view record, Timestamp arrival);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// True for a record of blanks only, which is no record.
bool is_blank_record(std::string_view record);

std::uint64_t visit_key(std::string_view session_id, std::string_view user_id, std::string_view device_type);

}  // namespace millrace
