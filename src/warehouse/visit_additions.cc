#include "warehouse/visit_additions.h"

#include <fmt/format.h>

#include <algorithm>

namespace millrace {
namespace {

// A sum that the column cannot hold is NULL: it must not hold up all that is settled with it.
constexpr std::string_view kWidenVisits =
    "UPDATE sealed.visits AS v SET started_at = least(v.started_at, a.started_at), "
    "ended_at = greatest(v.ended_at, a.ended_at), event_count = v.event_count + a.event_count, "
    "page_view_count = v.page_view_count + a.page_view_count, cart_add_count = v.cart_add_count + "
    "a.cart_add_count, "
    "purchase_count = v.purchase_count + a.purchase_count, "
    "revenue = CASE WHEN a.purchase_count = 0 THEN v.revenue WHEN v.purchase_count = 0 THEN a.revenue "
    "WHEN v.currency = a.currency THEN TRY_CAST(v.revenue::DECIMAL(38,4) + a.revenue AS DECIMAL(18,4)) END, "
    "currency = CASE WHEN a.purchase_count = 0 THEN v.currency WHEN v.purchase_count = 0 THEN a.currency "
    "WHEN v.currency = a.currency THEN v.currency END "
    "FROM (VALUES {}) AS a (visit_key, started_at, ended_at, event_count, page_view_count, cart_add_count, "
    "purchase_count, revenue, currency) WHERE v.visit_key = a.visit_key";

// One row of the VALUES by which visits are widened.
std::string values_row(std::uint64_t key, const VisitTotals& add) {
  return fmt::format("({}::UBIGINT, make_timestamp({}), make_timestamp({}), {}, {}, {}, {}, {}, {})", key,
                     add.started_at.micros, add.ended_at.micros, add.event_count, add.page_view_count,
                     add.cart_add_count, add.purchase_count,
                     add.revenue ? fmt::format("{}::DECIMAL(18,4)", format_decimal(*add.revenue)) : "NULL",
                     add.currency.empty() ? "NULL" : fmt::format("'{}'::currency_code", add.currency));
}

// Sums and bounds of two parts of one visit.
VisitTotals merge(const VisitTotals& a, const VisitTotals& b) {
  VisitTotals sum;
  sum.started_at = std::min(a.started_at, b.started_at);
  sum.ended_at = std::max(a.ended_at, b.ended_at);
  sum.event_count = a.event_count + b.event_count;
  sum.page_view_count = a.page_view_count + b.page_view_count;
  sum.cart_add_count = a.cart_add_count + b.cart_add_count;
  sum.purchase_count = a.purchase_count + b.purchase_count;
  if (a.purchase_count == 0 || b.purchase_count == 0) {
    sum.revenue = a.purchase_count == 0 ? b.revenue : a.revenue;
    sum.currency = a.purchase_count == 0 ? b.currency : a.currency;
  } else if (a.currency == b.currency) {
    if (a.revenue && b.revenue) sum.revenue = add(*a.revenue, *b.revenue);
    sum.currency = a.currency;
  }
  return sum;
}

}  // namespace

void VisitAdditions::add(std::uint64_t visit_key, const std::vector<Event>& events) {
  VisitTotals totals = total(events);
  // The view would not outlive the record.
  totals.currency = totals.currency.empty() ? std::string_view{}
                                            : std::string_view(*currencies_.emplace(totals.currency).first);
  auto [at, is_new] = totals_.try_emplace(visit_key, totals);
  if (!is_new) at->second = merge(at->second, totals);
}

Status VisitAdditions::write(Connection& connection) {
  if (totals_.empty()) return {};
  std::string values;
  for (const auto& [key, totals] : totals_) values += (values.empty() ? "" : ", ") + values_row(key, totals);
  MILLRACE_ASSIGN(const QueryResult widened,
                  connection.query(fmt::format(fmt::runtime(kWidenVisits), values)));
  if (widened.rows_changed() == totals_.size()) return {};
  return fail(ErrorCode::kInternal,
              fmt::format("{} visits to add to, but {} found", totals_.size(), widened.rows_changed()));
}

}  // namespace millrace
