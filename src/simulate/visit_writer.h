// Visits as the lab writes them, byte for byte: one JSON object a line, ", " and ": " between its parts, each
// event wrapped as {"event": {…}}, times without zone.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/time.h"
#include "simulate/simulated_visit.h"

namespace millrace {

// Not thread-safe.
class VisitWriter {
 public:
  VisitWriter();

  // Appends the line with its newline.
  void write(const SimulatedVisit& visit, std::string& out);

 private:
  void set_time(Timestamp time);
  void write_page_view(const SimulatedPageView& view, const SimulatedVisit& visit, std::string& out) const;
  void write_cart_add(const SimulatedCartAdd& add, std::string& out) const;
  void write_purchase(const SimulatedVisit& visit, std::string& out) const;
  void write_item(const SimulatedCartAdd& item, std::string& out) const;

  // The parts that repeat, made once.
  std::array<std::array<std::string, kReferrerCount>, kPageCount> page_view_endings_;
  std::array<std::string, kProductCount> item_beginnings_;  // up to the quantity

  // Up to the details, for the time that the current visit has.
  std::string page_view_beginning_;
  std::string cart_add_beginning_;
  std::string purchase_beginning_;
  std::size_t time_from_beginnings_end_ = 0;
  Timestamp time_{-1};
};

}  // namespace millrace
