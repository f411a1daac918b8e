// Visits that are stored and get further events: their counts and bounds, widened in one statement.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "event/visit.h"
#include "warehouse/database.h"

namespace millrace {

// Part of one transaction. Used by one thread.
class VisitAdditions {
 public:
  void add(std::uint64_t visit_key, const std::vector<Event>& events);

  // kInternal when a visit is not stored.
  Status write(Connection& connection);

 private:
  std::unordered_map<std::uint64_t, VisitTotals> totals_;  // by visit_key
  std::set<std::string> currencies_;                       // what `totals_` points into
};

}  // namespace millrace
