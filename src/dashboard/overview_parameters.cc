#include "dashboard/overview_parameters.h"

#include "dashboard/request_values.h"

namespace millrace {
namespace {

constexpr std::size_t kValueSizeMax = 2'048;  // the longest address a page has
constexpr std::size_t kCurrencySizeMax = 16;

Result<OverviewFilters> read_filters(const HttpRequest& request) {
  OverviewFilters filters;
  MILLRACE_ASSIGN(filters.device, read_text(request, "device", kValueSizeMax));
  MILLRACE_ASSIGN(filters.page, read_text(request, "page", kValueSizeMax));
  MILLRACE_ASSIGN(filters.product, read_text(request, "product", kValueSizeMax));
  MILLRACE_ASSIGN(filters.category, read_text(request, "category", kValueSizeMax));
  MILLRACE_ASSIGN(filters.store, read_text(request, "store", kValueSizeMax));
  MILLRACE_ASSIGN(filters.vertical, read_text(request, "vertical", kValueSizeMax));
  // The route table has refused any other value.
  if (const auto step = request.query_value("step")) {
    filters.step = *step == "cart" ? OverviewFilters::Step::kCart : OverviewFilters::Step::kPurchase;
  }
  return filters;
}

}  // namespace

std::vector<RouteParameter> overview_parameters() {
  return {
      {"from", "Start of the time shown, ISO 8601; absent: the first event stored", {}},
      {"to", "End of the time shown, excluded; absent: the last event stored", {}},
      {"compare", "Also the numbers of as long a time immediately before", {"none", "previous"}},
      {"device", "Only visits, or events without a visit, on this device type", {}},
      {"page", "Only visits that viewed this page, and its views outside of visits", {}},
      {"product", "Only visits that bought this product, by its id, and its events outside of visits", {}},
      {"category",
       "Only visits that bought something of this category, and its events outside of visits",
       {}},
      {"store", "Only events of this store", {}},
      {"vertical", "Only orders of this vertical", {}},
      {"step", "Only visits or shoppers that added to the cart, or that bought", {"cart", "purchase"}},
      {"currency", "Currency of the revenue; absent: the one with most sales", {}},
  };
}

Result<OverviewRequest> parse_overview_request(const HttpRequest& request) {
  OverviewRequest overview;
  MILLRACE_ASSIGN(overview.from, read_time(request, "from"));
  MILLRACE_ASSIGN(overview.to, read_time(request, "to"));
  MILLRACE_ASSIGN(overview.filters, read_filters(request));
  MILLRACE_ASSIGN(overview.currency, read_text(request, "currency", kCurrencySizeMax));
  overview.compare = request.query_value("compare") == "previous";
  return overview;
}

}  // namespace millrace
