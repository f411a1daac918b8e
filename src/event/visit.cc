#include "event/visit.h"

#include <algorithm>

namespace millrace {
namespace {

// Revenue is never summed over currencies.
void add_purchase(VisitTotals& totals, const Event& event, bool& one_currency) {
  ++totals.purchase_count;
  if (totals.purchase_count == 1) {
    totals.currency = event.currency;
    totals.revenue = event.amount;
    return;
  }
  one_currency = one_currency && totals.currency == event.currency;
  if (totals.revenue && event.amount) totals.revenue = add(*totals.revenue, *event.amount);
}

}  // namespace

VisitTotals total(const std::vector<Event>& events) {
  VisitTotals totals;
  bool one_currency = true;
  for (const Event& event : events) {
    totals.started_at = totals.event_count == 0 ? event.time : std::min(totals.started_at, event.time);
    totals.ended_at = totals.event_count == 0 ? event.time : std::max(totals.ended_at, event.time);
    ++totals.event_count;
    switch (event.type) {
      case EventType::kPageView:
        ++totals.page_view_count;
        break;
      case EventType::kAddToCart:
        ++totals.cart_add_count;
        break;
      case EventType::kPurchase:
        add_purchase(totals, event, one_currency);
        break;
      default:
        break;
    }
  }
  if (totals.purchase_count == 0) totals.revenue = Decimal{0};
  if (!one_currency) {
    totals.revenue.reset();
    totals.currency = {};
  }
  return totals;
}

}  // namespace millrace
