// The synthetic shop: visits that come, look around, fill carts and sometimes buy, after the rules of the
// lab's generator. See README.md for the rules.
#pragma once

#include <optional>
#include <string>

#include "simulate/random.h"
#include "simulate/simulated_truth.h"
#include "simulate/simulated_visit.h"
#include "simulate/visit_schedule.h"
#include "simulate/visit_writer.h"
#include "simulate/visitor_numbers.h"

namespace millrace {

// The same options give the same bytes, on any machine. The visits come in order of time, and no two have the
// same session_id, user_id and device_type; each of these alone repeats, and so do order ids. Not
// thread-safe.
class VisitSimulator {
 public:
  explicit VisitSimulator(const VisitSimulationOptions& options);  // options that check() accepts

  // Appends one visit as a JSON line with its newline. False when all have been: then nothing is appended.
  bool next(std::string& out);

  // Of the last visit that next() wrote.
  Timestamp time() const { return visit_.time; }

  // Of all visits so far.
  const SimulatedTruth& truth() const { return truth_; }

 private:
  void draw_visitor();
  void draw_page_views();
  void draw_cart();
  std::size_t draw_product();

  VisitSchedule schedule_;
  VisitorPermutation visitors_;
  Random random_;
  SimulatedVisit visit_;
  VisitWriter writer_;
  SimulatedTruth truth_;
};

}  // namespace millrace
