// The synthetic shop: visits that come, look around, fill carts and sometimes buy, after the rules of the
// lab's generator. See README.md for the rules.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulate/event_times.h"
#include "simulate/random.h"
#include "simulate/record_stream.h"
#include "simulate/simulated_truth.h"
#include "simulate/simulated_visit.h"
#include "simulate/visit_writer.h"
#include "simulate/visitor_numbers.h"

namespace millrace {

// The same options give the same bytes, on any machine. The visits come in order of time, and no two have the
// same session_id, user_id and device_type; each of these alone repeats, and so do order ids. Not
// thread-safe.
class VisitSimulator final : public RecordStream {
 public:
  VisitSimulator(const World& world, std::unique_ptr<EventTimes> times);  // the world must outlive this

  bool next(std::string& out) override;
  Timestamp time() const override { return visit_.time; }
  std::optional<Timestamp> due() const override { return times_->peek(); }
  RecordParts parts() const override;
  void tell(TruthObject& truth) const override;

  // Of all visits so far.
  const SimulatedTruth& truth() const { return truth_; }

 private:
  void draw_visitor();
  void draw_page_views();
  void draw_cart();
  std::size_t draw_product();

  const World& world_;
  std::unique_ptr<EventTimes> times_;
  VisitorPermutation visitors_;
  Random random_;
  SimulatedVisit visit_;
  VisitWriter writer_;
  SimulatedTruth truth_;
  std::vector<std::uint64_t> campaign_visits_;
};

}  // namespace millrace
