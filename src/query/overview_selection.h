// Which rows the queries of the Overview are about, as SQL.
#pragma once

#include <string>
#include <string_view>

#include "query/overview_sql.h"

namespace millrace {

std::string sql_literal(Timestamp time);
std::string sql_within(std::string_view column, Period range);
std::string of_currency(const OverviewScope& scope);

// The visits, and the events without visits, that filters select. Without a filter there is nothing to join.
class OverviewSelection {
 public:
  OverviewSelection(const OverviewScope& scope, const OverviewFilters& filters);

  // WITH its own CTEs and `more`, or nothing.
  std::string with(std::string_view more = "") const;
  // Of a table of visits.
  std::string and_visit() const;
  // Of a table of events, or of their lines.
  std::string and_event() const;

 private:
  bool empty_ = false;
  bool visits_ = false;
  bool flat_ = false;
  std::string ctes_;
};

}  // namespace millrace
