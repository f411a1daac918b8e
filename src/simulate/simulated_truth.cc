#include "simulate/simulated_truth.h"

#include <fmt/format.h>

#include <algorithm>

namespace millrace {
namespace {

void count_sale(SalesTruth& sales, const SimulatedCartAdd& item) {
  ++sales.items;
  sales.units += static_cast<std::uint64_t>(item.quantity);
  sales.revenue.units += line_amount(item).units;
}

std::string sales_members(const SalesTruth& sales) {
  return fmt::format(R"("items": {}, "units": {}, "revenue": {})", sales.items, sales.units,
                     format_decimal(sales.revenue));
}

// `"name": value, …` for all names, as the content of an object.
template <typename Name, typename Value>
std::string members(std::size_t count, Name name_of, Value value_of) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += fmt::format(R"({}"{}": {})", i == 0 ? "" : ", ", name_of(i), value_of(i));
  }
  return text;
}

}  // namespace

void SimulatedTruth::count(const SimulatedVisit& visit) {
  if (visits++ == 0) first_at = last_at = visit.time;
  first_at = std::min(first_at, visit.time);
  last_at = std::max(last_at, visit.time);
  ++visits_by_device[static_cast<std::size_t>(visit.device)];

  std::array<bool, kPageCount> seen{};
  for (const SimulatedPageView& view : visit.page_views()) {
    const auto page = static_cast<std::size_t>(view.page);
    ++page_views;
    ++pages[page].views;
    if (!seen[page]) ++pages[page].visits;
    seen[page] = true;
  }
  cart_adds += visit.cart_adds().size();
  if (!visit.cart_adds().empty()) ++visits_with_cart;
  if (!visit.bought) return;
  ++purchases;
  for (const SimulatedCartAdd& item : visit.cart_adds()) {
    count_sale(sales, item);
    count_sale(categories[static_cast<std::size_t>(millrace::products()[item.product].category)], item);
    count_sale(products[item.product], item);
  }
}

std::string to_json(const SimulatedTruth& truth) {
  std::string text = fmt::format(
      R"({{"visits": {}, "events": {}, "page_views": {}, "cart_adds": {}, "purchases": {}, "visits_with_cart": {}, )",
      truth.visits, truth.events(), truth.page_views, truth.cart_adds, truth.purchases, truth.visits_with_cart);
  text += fmt::format(R"("sales": {{{}, "currency": "USD"}}, )", sales_members(truth.sales));
  text += fmt::format(R"("visits_by_device": {{{}}}, )",
                      members(kDeviceCount, [](std::size_t i) { return name(static_cast<Device>(i)); },
                              [&](std::size_t i) { return truth.visits_by_device[i]; }));
  text += fmt::format(R"("pages": {{{}}}, )",
                      members(kPageCount, [](std::size_t i) { return page_url(static_cast<Page>(i)); },
                              [&](std::size_t i) {
                                return fmt::format(R"({{"views": {}, "visits": {}}})", truth.pages[i].views,
                                                   truth.pages[i].visits);
                              }));
  text += fmt::format(R"("categories": {{{}}}, )",
                      members(kCategoryCount, [](std::size_t i) { return name(static_cast<Category>(i)); },
                              [&](std::size_t i) { return "{" + sales_members(truth.categories[i]) + "}"; }));
  text += fmt::format(R"("products": {{{}}}, )",
                      members(kProductCount, [](std::size_t i) { return products()[i].id; },
                              [&](std::size_t i) { return "{" + sales_members(truth.products[i]) + "}"; }));
  text += fmt::format(R"("first_at": "{}", "last_at": "{}"}})", format_timestamp(truth.first_at),
                      format_timestamp(truth.last_at));
  return text + "\n";
}

}  // namespace millrace
