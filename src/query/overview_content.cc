#include "query/overview_content.h"

#include <string>

#include "warehouse/database.h"

namespace millrace {
namespace {

constexpr OverviewContent kNothing = {.visits = false,
                                      .page_views = false,
                                      .cart_adds = false,
                                      .orders = false,
                                      .revenue = false,
                                      .pages = false,
                                      .products = false,
                                      .categories = false,
                                      .flat = true};

constexpr OverviewContent kOnlyVisits = {};

// Of one type of event outside of visits: which of its fields are ever filled.
struct Filled {
  bool amount;
  bool category;
  bool store;
  bool page;
  bool order;
};

void add_sale(OverviewContent& content, const Filled& filled) {
  content.units = content.products = true;
  content.categories = content.categories || filled.category;
  content.stores = content.stores || filled.store;
}

void add_order(OverviewContent& content, const Filled& filled) {
  content.orders = true;
  content.revenue = content.revenue || filled.amount;
  content.order_lines = content.order_lines || filled.order;
  add_sale(content, filled);
}

void add_type(OverviewContent& content, std::string_view type, const Filled& filled) {
  if (type == "page_view") {
    content.page_views = true;
    content.pages = content.pages || filled.page;
  } else if (type == "view_item") {
    content.item_views = true;
  } else if (type == "add_to_cart") {
    content.cart_adds = true;
  } else if (type == "purchase") {
    add_order(content, filled);
  } else if (type == "order") {
    content.sold_lines = true;
    add_order(content, filled);
  } else if (type == "purchase_line") {
    content.sold_lines = true;
    add_sale(content, filled);
  } else if (type == "stock_delta") {
    content.stock = true;
  }
}

Result<bool> is_there(Connection& connection, std::string_view rows) {
  MILLRACE_ASSIGN(QueryResult row,
                  connection.query("SELECT EXISTS (FROM " + std::string(rows) + ")::INTEGER"));
  return row.integer(0, 0) != 0;
}

}  // namespace

Result<OverviewContent> load_content(Connection& connection) {
  MILLRACE_ASSIGN(const bool flat, is_there(connection, "raw.contracts WHERE shape <> 'visits'"));
  if (!flat) return kOnlyVisits;
  MILLRACE_ASSIGN(const bool visits, is_there(connection, "curated.visits"));
  OverviewContent content = visits ? kOnlyVisits : kNothing;
  content.flat = true;
  MILLRACE_ASSIGN(QueryResult rows,
                  connection.query("SELECT event_type::VARCHAR, (count(amount) > 0)::INTEGER, "
                                   "(count(category) > 0)::INTEGER, (count(store_id) > 0)::INTEGER, "
                                   "(count(page_url) > 0)::INTEGER, (count(order_id) > 0)::INTEGER "
                                   "FROM curated.events WHERE visit_key IS NULL GROUP BY event_type"));
  bool added = false;
  for (std::size_t row = 0; row < rows.row_count(); ++row) {
    const auto is = [&](std::size_t column) { return rows.integer(row, column) != 0; };
    const std::string type = rows.text(row, 0);
    add_type(content, type, {is(1), is(2), is(3), is(4), is(5)});
    added = added || type == "add_to_cart";
  }
  content.shoppers = !visits && content.item_views && added;
  MILLRACE_ASSIGN(content.verticals,
                  is_there(connection, "curated.orders WHERE vendor_vertical IS NOT NULL"));
  return content;
}

}  // namespace millrace
