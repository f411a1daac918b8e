#include "query/overview_lists.h"

#include <string>

#include "warehouse/database.h"

namespace millrace {
namespace {

Result<RankedList<OverviewPage>> load_pages(Connection& connection, const std::string& sql) {
  MILLRACE_ASSIGN(QueryResult rows, connection.query(sql));
  RankedList<OverviewPage> list;
  for (std::size_t i = 0; i < rows.row_count(); ++i) {
    list.rows.push_back({rows.text(i, 0), rows.integer(i, 1), rows.integer(i, 2)});
    list.total = rows.integer(i, 3);
  }
  return list;
}

// The columns after the key are the same, but for a name of its own that a category has not.
Result<RankedList<OverviewSales>> load_sales(Connection& connection, const std::string& sql, bool named) {
  MILLRACE_ASSIGN(QueryResult rows, connection.query(sql));
  RankedList<OverviewSales> list;
  const std::size_t units = named ? 2 : 1;
  for (std::size_t i = 0; i < rows.row_count(); ++i) {
    MILLRACE_ASSIGN(const Decimal revenue, read_money(rows, i, units + 1));
    list.rows.push_back({rows.text(i, 0), rows.text(i, named ? 1 : 0), rows.integer(i, units), revenue});
    list.total = rows.integer(i, units + 2);
  }
  return list;
}

Result<RankedList<OverviewSales>> load_products(Connection& connection, const std::string& sql) {
  return load_sales(connection, sql, true);
}

Result<RankedList<OverviewSales>> load_categories(Connection& connection, const std::string& sql) {
  return load_sales(connection, sql, false);
}

Result<RankedList<OverviewDevice>> load_devices(Connection& connection, const std::string& sql) {
  MILLRACE_ASSIGN(QueryResult rows, connection.query(sql));
  RankedList<OverviewDevice> list;
  for (std::size_t i = 0; i < rows.row_count(); ++i) {
    list.rows.push_back({rows.text(i, 0), rows.integer(i, 1)});
    list.total = rows.integer(i, 2);
  }
  return list;
}

Result<RankedList<OverviewStore>> load_stores(Connection& connection, const std::string& sql) {
  MILLRACE_ASSIGN(QueryResult rows, connection.query(sql));
  RankedList<OverviewStore> list;
  for (std::size_t i = 0; i < rows.row_count(); ++i) {
    list.rows.push_back({rows.text(i, 0), rows.integer(i, 1)});
    list.total = rows.integer(i, 2);
  }
  return list;
}

Result<RankedList<OverviewVertical>> load_verticals(Connection& connection, const std::string& sql) {
  MILLRACE_ASSIGN(QueryResult rows, connection.query(sql));
  RankedList<OverviewVertical> list;
  for (std::size_t i = 0; i < rows.row_count(); ++i) {
    MILLRACE_ASSIGN(const Decimal revenue, read_money(rows, i, 2));
    list.rows.push_back({rows.text(i, 0), rows.integer(i, 1), revenue});
    list.total = rows.integer(i, 3);
  }
  return list;
}

Result<OverviewShoppers> load_shoppers(Connection& connection, const std::string& sql) {
  MILLRACE_ASSIGN(QueryResult row, connection.query(sql));
  return OverviewShoppers{row.integer(0, 0), row.integer(0, 1), row.integer(0, 2)};
}

// What the shop has not has no query, and stays empty.
template <typename List, typename Load>
Status fill(List& list, Connection& connection, const std::string& sql, Load load) {
  if (sql.empty()) return {};
  MILLRACE_ASSIGN(list, load(connection, sql));
  return {};
}

}  // namespace

Result<Decimal> read_money(QueryResult& rows, std::size_t row, std::size_t column) {
  if (const auto value = parse_decimal(rows.text(row, column))) return *value;
  return fail(ErrorCode::kInternal, "a sum of money has more than 14 digits before the point");
}

Status load_lists(Connection& connection, Overview& overview) {
  const OverviewSql& sql = overview.sql;
  MILLRACE_TRY(fill(overview.pages, connection, sql.pages, load_pages));
  MILLRACE_TRY(fill(overview.products, connection, sql.products, load_products));
  MILLRACE_TRY(fill(overview.categories, connection, sql.categories, load_categories));
  MILLRACE_TRY(fill(overview.devices, connection, sql.devices, load_devices));
  MILLRACE_TRY(fill(overview.stores, connection, sql.stores, load_stores));
  MILLRACE_TRY(fill(overview.verticals, connection, sql.verticals, load_verticals));
  return fill(overview.shoppers, connection, sql.shoppers, load_shoppers);
}

}  // namespace millrace
