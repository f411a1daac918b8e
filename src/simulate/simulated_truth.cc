#include "simulate/simulated_truth.h"

#include <algorithm>

namespace millrace {
namespace {

void count_sale(SalesTruth& sales, const SimulatedCartAdd& item) {
  ++sales.items;
  sales.units += static_cast<std::uint64_t>(item.quantity);
  sales.revenue.units += line_amount(item).units;
}

TruthObject sales_object(const SalesTruth& sales) {
  TruthObject object;
  object.add("items", sales.items);
  object.add("units", sales.units);
  object.add("revenue", sales.revenue);
  return object;
}

TruthObject devices_object(const SimulatedTruth& truth) {
  TruthObject devices;
  for (std::size_t i = 0; i < kDeviceCount; ++i) {
    devices.add(name(static_cast<Device>(i)), truth.visits_by_device[i]);
  }
  return devices;
}

TruthObject pages_object(const SimulatedTruth& truth) {
  TruthObject pages;
  for (std::size_t i = 0; i < kPageCount; ++i) {
    TruthObject page;
    page.add("views", truth.pages[i].views);
    page.add("visits", truth.pages[i].visits);
    pages.add(page_url(static_cast<Page>(i)), page);
  }
  return pages;
}

TruthObject categories_object(const SimulatedTruth& truth) {
  TruthObject categories;
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    categories.add(name(static_cast<Category>(i)), sales_object(truth.categories[i]));
  }
  return categories;
}

TruthObject products_object(const SimulatedTruth& truth) {
  TruthObject all;
  for (std::size_t i = 0; i < kProductCount; ++i) all.add(products()[i].id, sales_object(truth.products[i]));
  return all;
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

void tell(const SimulatedTruth& visits, TruthObject& truth) {
  truth.add("visits", visits.visits);
  truth.add("events", visits.events());
  truth.add("page_views", visits.page_views);
  truth.add("cart_adds", visits.cart_adds);
  truth.add("purchases", visits.purchases);
  truth.add("visits_with_cart", visits.visits_with_cart);
  TruthObject sales = sales_object(visits.sales);
  sales.add("currency", kShopCurrency);
  truth.add("sales", sales);
  truth.add("visits_by_device", devices_object(visits));
  truth.add("pages", pages_object(visits));
  truth.add("categories", categories_object(visits));
  truth.add("products", products_object(visits));
  truth.add_range(visits.visits == 0, visits.first_at, visits.last_at);
}

}  // namespace millrace
