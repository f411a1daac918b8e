#include "simulate/simulated_truth.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

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

// Members of an object, one after the other.
class Members {
 public:
  void add(std::string_view name, std::string_view value) {
    text_ += fmt::format(R"({}"{}": {})", text_.empty() ? "" : ", ", name, value);
  }
  std::string object() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string devices_json(const SimulatedTruth& truth) {
  Members devices;
  for (std::size_t i = 0; i < kDeviceCount; ++i) {
    devices.add(name(static_cast<Device>(i)), fmt::format("{}", truth.visits_by_device[i]));
  }
  return devices.object();
}

std::string pages_json(const SimulatedTruth& truth) {
  Members pages;
  for (std::size_t i = 0; i < kPageCount; ++i) {
    const PageTruth& page = truth.pages[i];
    pages.add(page_url(static_cast<Page>(i)),
              fmt::format(R"({{"views": {}, "visits": {}}})", page.views, page.visits));
  }
  return pages.object();
}

std::string categories_json(const SimulatedTruth& truth) {
  Members categories;
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    categories.add(name(static_cast<Category>(i)), "{" + sales_members(truth.categories[i]) + "}");
  }
  return categories.object();
}

std::string products_json(const SimulatedTruth& truth) {
  Members all;
  for (std::size_t i = 0; i < kProductCount; ++i) {
    all.add(products()[i].id, "{" + sales_members(truth.products[i]) + "}");
  }
  return all.object();
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
  Members members;
  members.add("visits", fmt::format("{}", truth.visits));
  members.add("events", fmt::format("{}", truth.events()));
  members.add("page_views", fmt::format("{}", truth.page_views));
  members.add("cart_adds", fmt::format("{}", truth.cart_adds));
  members.add("purchases", fmt::format("{}", truth.purchases));
  members.add("visits_with_cart", fmt::format("{}", truth.visits_with_cart));
  members.add("sales", fmt::format(R"({{{}, "currency": "USD"}})", sales_members(truth.sales)));
  members.add("visits_by_device", devices_json(truth));
  members.add("pages", pages_json(truth));
  members.add("categories", categories_json(truth));
  members.add("products", products_json(truth));
  members.add("first_at", fmt::format(R"("{}")", format_timestamp(truth.first_at)));
  members.add("last_at", fmt::format(R"("{}")", format_timestamp(truth.last_at)));
  return members.object() + "\n";
}

}  // namespace millrace
