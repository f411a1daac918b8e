#include "dashboard/overview_parameters.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace millrace {
namespace {

constexpr std::size_t kValueSizeMax = 2'048;  // the longest address a page has
constexpr std::size_t kCurrencySizeMax = 16;

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Point point = utf8_point_at(text, at);
    if (point.code == kNoUtf8) return false;
    at += point.size;
  }
  return true;
}

Result<std::optional<std::string>> read_text(const HttpRequest& request, std::string_view name,
                                             std::size_t size_max) {
  const auto value = request.query_value(name);
  if (!value) return std::nullopt;
  if (value->empty()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the parameter {} is empty: leave it out for all", name));
  }
  if (value->size() > size_max) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("the parameter {} has {} bytes, at most {} are accepted", name, value->size(), size_max));
  }
  if (!is_utf8(*value)) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("the parameter {} is not UTF-8: encode its characters as UTF-8 before the %", name));
  }
  return std::string(*value);
}

Result<std::optional<Timestamp>> read_time(const HttpRequest& request, std::string_view name) {
  const auto value = request.query_value(name);
  if (!value) return std::nullopt;
  if (const auto time = parse_timestamp(*value)) return *time;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("{} is '{}', which is no time: write it like 2024-07-01T09:00:00Z or 2024-07-01",
                          name, *value));
}

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
