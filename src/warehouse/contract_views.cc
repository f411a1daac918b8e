#include "warehouse/contract_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "warehouse/database.h"
#include "warehouse/row_table.h"
#include "warehouse/source_columns.h"

namespace millrace {
namespace {

struct ViewColumn {
  std::string_view name;
  std::string_view type;  // of a row that has no value
};

// curated.events, up to the source.
constexpr auto kEventColumns = std::to_array<ViewColumn>({
    {"event_id", "UBIGINT"},          {"event_index", "INTEGER"},
    {"event_type", "event_type"},     {"first_of_page_in_visit", "BOOLEAN"},
    {"source_event_type", "VARCHAR"}, {"event_time", "TIMESTAMP"},
    {"visit_key", "UBIGINT"},         {"session_id", "VARCHAR"},
    {"user_id", "VARCHAR"},           {"device_type", "device_type"},
    {"page_url", "VARCHAR"},          {"referrer_url", "VARCHAR"},
    {"product_id", "VARCHAR"},        {"product_name", "VARCHAR"},
    {"category", "VARCHAR"},          {"brand", "VARCHAR"},
    {"price", "DECIMAL(18,4)"},       {"quantity", "INTEGER"},
    {"order_id", "VARCHAR"},          {"amount", "DECIMAL(18,4)"},
    {"currency", "currency_code"},    {"store_id", "VARCHAR"},
    {"warehouse_id", "VARCHAR"},      {"delta", "BIGINT"},
});

constexpr std::string_view kVisitEvents =
    "SELECT t.event_id, t.event_index, t.event_type, t.first_of_page_in_visit, CASE t.event_type WHEN "
    "'add_to_cart' "
    "THEN 'add_item_to_cart' ELSE t.event_type::VARCHAR END AS source_event_type, t.event_time, t.visit_key, "
    "t.session_id, t.user_id, t.device_type, t.page_url, t.referrer_url, t.product_id, t.product_name, "
    "t.category::VARCHAR AS category, NULL::VARCHAR AS brand, t.price, t.quantity, t.order_id, t.amount, "
    "t.currency, "
    "NULL::VARCHAR AS store_id, NULL::VARCHAR AS warehouse_id, NULL::BIGINT AS delta, " MILLRACE_RAW_SOURCE
    ", t.extra FROM sealed.visit_events t";

constexpr std::string_view kVisitItems =
    "SELECT t.event_id, t.order_id, t.item_index, t.visit_key, t.session_id, t.user_id, t.product_id, "
    "t.product_name, "
    "t.category::VARCHAR AS category, t.price, t.quantity, t.line_amount, t.currency, "
    "t.purchased_at, " MILLRACE_RAW_SOURCE ", t.extra FROM sealed.purchase_items t";

// A purchase in a flat record is one line, of one piece unless it says more.
constexpr std::string_view kFlatItems =
    "SELECT t.event_id, t.order_id, 0 AS item_index, t.visit_key, t.session_id, t.user_id, t.product_id, "
    "t.product_name, t.category, t.price, coalesce(t.quantity, 1) AS quantity, t.amount AS line_amount, "
    "t.currency, t.event_time AS purchased_at, " MILLRACE_RAW_SOURCE
    ", t.extra FROM ({}) t WHERE t.event_type = 'purchase'";

// Views over curated.events, and over each other.
constexpr std::string_view kEventViews = R"sql(
CREATE OR REPLACE VIEW curated.page_view_events AS SELECT * FROM curated.events WHERE event_type = 'page_view';
CREATE OR REPLACE VIEW curated.cart_adds AS SELECT * FROM curated.events WHERE event_type = 'add_to_cart';
CREATE OR REPLACE VIEW curated.purchases AS SELECT * FROM curated.events WHERE event_type = 'purchase';
CREATE OR REPLACE VIEW curated.page_views AS
WITH counts AS (SELECT time_bucket(INTERVAL 1 MINUTE, event_time) + INTERVAL 1 MINUTE AS window_end, count(*) AS views
                FROM curated.events WHERE event_type = 'page_view' GROUP BY window_end),
     bounds AS (SELECT min(window_end) AS first_end, max(window_end) AS last_end FROM counts)
SELECT window_end, coalesce(views, 0) AS page_view_count
FROM (SELECT unnest(generate_series(first_end, last_end, INTERVAL 1 MINUTE)) AS window_end FROM bounds)
LEFT JOIN counts USING (window_end);
)sql";

constexpr std::string_view kCatalogView = R"sql(
CREATE OR REPLACE VIEW curated.catalog AS
SELECT item_sku, arg_max(vendor_id, changed_at) AS vendor_id,
       arg_max(item_name, changed_at) FILTER (WHERE item_name IS NOT NULL) AS item_name,
       arg_max(item_price, changed_at) FILTER (WHERE item_price IS NOT NULL) AS item_price,
       arg_max(change, changed_at) = 'withdrawn' AS withdrawn, max(changed_at) AS changed_at
FROM curated.catalog_changes GROUP BY item_sku;
)sql";

constexpr auto kOrderColumns = std::to_array<ViewColumn>({
    {"order_id", "VARCHAR"},
    {"order_placed_at", "TIMESTAMP"},
    {"order_rating", "BIGINT"},
    {"vendor_id", "VARCHAR"},
    {"vendor_name", "VARCHAR"},
    {"vendor_address", "VARCHAR"},
    {"vendor_vertical", "VARCHAR"},
    {"customer_id", "VARCHAR"},
    {"customer_registered_at", "TIMESTAMP"},
    {"item_sku", "VARCHAR"},
    {"item_name", "VARCHAR"},
    {"item_price", "DECIMAL(18,4)"},
    {"item_quantity", "INTEGER"},
});
constexpr auto kCatalogChangeColumns = std::to_array<ViewColumn>({
    {"changed_at", "TIMESTAMP"},
    {"item_sku", "VARCHAR"},
    {"vendor_id", "VARCHAR"},
    {"change", "VARCHAR"},
    {"item_name", "VARCHAR"},
    {"item_price", "DECIMAL(18,4)"},
});
constexpr auto kEcomEventColumns = std::to_array<ViewColumn>({
    {"event_time", "TIMESTAMP"},
    {"event_type", "VARCHAR"},
    {"product_id", "VARCHAR"},
    {"category_id", "VARCHAR"},
    {"category_code", "VARCHAR"},
    {"brand", "VARCHAR"},
    {"price", "DECIMAL(18,4)"},
    {"user_id", "VARCHAR"},
    {"user_session", "VARCHAR"},
});

// Views with the columns of the source, one for each shape.
struct SourceView {
  std::string_view name;
  Shape shape;
  std::span<const ViewColumn> columns;
};
constexpr std::array<SourceView, 3> kSourceViews = {
    {{"orders", Shape::kOrders, kOrderColumns},
     {"catalog_changes", Shape::kCatalogChanges, kCatalogChangeColumns},
     {"kafka_ecom_events", Shape::kEcomEvents, kEcomEventColumns}}};

// Views with some columns of curated.events, one for each shape.
struct EventView {
  std::string_view name;
  Shape shape;
  std::string_view columns;
};
constexpr std::array<EventView, 3> kShapeEventViews = {
    {{"clicks", Shape::kClicks, "event_id, event_time, product_id, user_id, page_url, event_type"},
     {"transactions", Shape::kTransactions, "event_id, event_time, product_id, store_id, quantity AS qty"},
     {"stock", Shape::kStock, "event_id, event_time, product_id, warehouse_id, delta"}}};

constexpr auto kOtherNames = std::to_array<std::string_view>(
    {"visits", "events", "purchase_items", "page_view_events", "cart_adds", "purchases", "page_views",
     "catalog", "page_views_per_minute", "page_views_by_page", "product_views_summary", "sales_summary",
     "inventory_summary", "sales_by_product", "inventory_by_product", "order_activity", "product_totals",
     "pipeline_progress"});

// NULL where a column has no value.
std::string no_value(std::string_view type) {
  return fmt::format("NULL::{}", type);
}

std::string is_money_event(const Contract& contract, std::string_view then) {
  constexpr std::array kMoney = {EventType::kPurchase, EventType::kRefund, EventType::kAdjustment,
                                 EventType::kOrder};
  if (!has_event_type_column(contract)) {
    const bool money = std::ranges::find(kMoney, contract.event_type->otherwise) != kMoney.end();
    return money ? std::string(then) : no_value("DECIMAL(18,4)");
  }
  return fmt::format(
      "CASE WHEN t.event_type = 'purchase' OR t.event_type = 'refund' OR t.event_type = 'adjustment' OR "
      "t.event_type = 'order' THEN {} END",  // IN would make text of each
      then);
}

std::string property_of(const Contract& contract, CanonicalField field) {
  const auto property = contract.property_for(field);
  return property ? "t." + sql_name(contract.properties[*property].column) : std::string();
}

// As told by the source, else price times quantity of what changes hands.
std::string amount_of(const Contract& contract) {
  if (std::string told = property_of(contract, CanonicalField::kAmount); !told.empty()) return told;
  const std::string price = property_of(contract, CanonicalField::kPrice);
  if (price.empty()) return no_value("DECIMAL(18,4)");
  const std::string quantity = property_of(contract, CanonicalField::kQuantity);
  const std::string product = quantity.empty() ? price : fmt::format("{} * coalesce({}, 1)", price, quantity);
  return is_money_event(contract, fmt::format("({})::DECIMAL(18,4)", product));
}

std::string currency_of(const Contract& contract) {
  const std::string told = property_of(contract, CanonicalField::kCurrency);
  const std::string otherwise = contract.currency.empty()
                                    ? no_value("currency_code")
                                    : fmt::format("'{}'::currency_code", contract.currency);
  return told.empty() ? otherwise : fmt::format("coalesce({}, {})", told, otherwise);
}

std::string event_type_of(const Contract& contract) {
  if (has_event_type_column(contract)) return "t.event_type";
  return fmt::format("'{}'::event_type", canonical_name(contract.event_type->otherwise));
}

// The source's own word for the kind of event, from the kind where that tells it.
std::string source_event_type_of(const Contract& contract) {
  const EventTypeRule& rule = *contract.event_type;
  if (rule.kind != EventTypeRule::Kind::kValues) return no_value("VARCHAR");
  if (!is_told_by_event_type(contract, rule.property)) {
    return "t." + sql_name(contract.properties[rule.property].column);
  }
  std::string cases;
  for (const auto& [word, type] : rule.cases) {
    cases += fmt::format(" WHEN '{}' THEN {}", canonical_name(type), sql_text(word));
  }
  return fmt::format("CASE t.event_type{} END", cases);
}

std::string event_column(const Contract& contract, const ViewColumn& column) {
  if (column.name == "event_id") return "t.event_id";
  if (column.name == "event_type") return event_type_of(contract);
  if (column.name == "source_event_type") return source_event_type_of(contract);
  if (column.name == "amount") return amount_of(contract);
  if (column.name == "currency") return currency_of(contract);
  const auto field = std::ranges::find(kCanonicalFieldNames, column.name);
  if (field == kCanonicalFieldNames.end()) return no_value(column.type);
  const std::string told =
      property_of(contract, static_cast<CanonicalField>(field - kCanonicalFieldNames.begin()));
  return told.empty() ? no_value(column.type) : told;
}

// The rows of a contract as rows of curated.events.
std::string events_select(const Contract& contract) {
  std::string columns;
  for (const ViewColumn& column : kEventColumns) {
    columns += fmt::format("{}::{} AS {}, ", event_column(contract, column), column.type, column.name);
  }
  return fmt::format("SELECT {}{}, t.extra FROM {} t", columns, std::string_view(MILLRACE_RAW_SOURCE),
                     table_name(contract));
}

// The value of a column of the source, under its own name.
std::string source_column(const Contract& contract, std::string_view name) {
  for (std::size_t i = 0; i < contract.properties.size(); ++i) {
    if (contract.properties[i].column != name) continue;
    return is_told_by_event_type(contract, i) ? source_event_type_of(contract) : "t." + sql_name(name);
  }
  return {};
}

std::string source_select(const Contract& contract, std::span<const ViewColumn> view) {
  std::string columns;
  for (const ViewColumn& column : view) {
    std::string value = source_column(contract, column.name);
    if (value.empty()) value = no_value(column.type);
    columns += fmt::format("{}::{} AS {}, ", value, column.type, column.name);
  }
  return fmt::format("SELECT t.event_id, {}{}, t.extra FROM {} t", columns,
                     std::string_view(MILLRACE_RAW_SOURCE), table_name(contract));
}

// The select has the columns of the view, then those of MILLRACE_RAW_SOURCE and extra.
std::string create_view(std::string_view name, const std::string& select) {
  return fmt::format("CREATE OR REPLACE VIEW curated.{} AS\n" MILLRACE_WITH_SOURCE_NAMES_BEGIN
                     "{}" MILLRACE_WITH_SOURCE_NAMES_END ";\n",
                     name, select);
}

std::string own_view(const Contract& contract) {
  std::string columns;
  for (const ContractProperty& property : contract.properties) {
    columns += fmt::format("{} AS {}, ", source_column(contract, property.column), sql_name(property.column));
  }
  return create_view(sql_name(contract.name),
                     fmt::format("SELECT t.event_id, {}{}, t.extra FROM {} t", columns,
                                 std::string_view(MILLRACE_RAW_SOURCE), table_name(contract)));
}

void add_branch(std::string& select, const std::string& branch) {
  select += (select.empty() ? "" : "\nUNION ALL\n") + branch;
}

// What a view is while no contract fills it.
std::string empty_select(std::span<const ViewColumn> columns) {
  std::string list = "NULL::UBIGINT AS event_id";
  for (const ViewColumn& column : columns) list += fmt::format(", NULL::{} AS {}", column.type, column.name);
  return fmt::format("SELECT {}, " MILLRACE_NO_SOURCE ", NULL::JSON AS extra WHERE false", list);
}

// Without event_id, which empty_select() adds.
std::span<const ViewColumn> event_columns_behind_id() {
  return std::span(kEventColumns).subspan(1);
}

using Contracts = std::vector<const Contract*>;

void add_events_views(const Contracts& contracts, std::vector<std::string>& views) {
  std::string events(kVisitEvents);
  std::string items(kVisitItems);
  for (const Contract* contract : contracts) {
    if (!contract->event_type) continue;
    const std::string select = events_select(*contract);
    add_branch(events, select);
    const bool sells =
        std::ranges::any_of(contract->event_type->cases,
                            [](const auto& each) { return each.second == EventType::kPurchase; }) ||
        contract->event_type->otherwise == EventType::kPurchase;
    if (sells) add_branch(items, fmt::format(fmt::runtime(kFlatItems), select));
  }
  views.push_back(create_view("events", events));
  views.push_back(create_view("purchase_items", items));
  views.emplace_back(kEventViews);
}

void add_shape_views(const Contracts& contracts, std::vector<std::string>& views) {
  for (const EventView& view : kShapeEventViews) {
    std::string select;
    for (const Contract* contract : contracts) {
      if (contract->shape == view.shape && contract->event_type) add_branch(select, events_select(*contract));
    }
    if (select.empty()) select = empty_select(event_columns_behind_id());
    views.push_back(create_view(
        view.name,
        fmt::format("SELECT {}, " MILLRACE_RAW_SOURCE ", t.extra FROM ({}) t", view.columns, select)));
  }
  for (const SourceView& view : kSourceViews) {
    std::string select;
    for (const Contract* contract : contracts) {
      if (contract->shape == view.shape) add_branch(select, source_select(*contract, view.columns));
    }
    views.push_back(create_view(view.name, select.empty() ? empty_select(view.columns) : select));
  }
  views.emplace_back(kCatalogView);
}

}  // namespace

bool is_reserved_table_name(std::string_view name) {
  return std::ranges::find(kOtherNames, name) != kOtherNames.end() ||
         std::ranges::find(kShapeEventViews, name, &EventView::name) != kShapeEventViews.end() ||
         std::ranges::find(kSourceViews, name, &SourceView::name) != kSourceViews.end();
}

namespace {

// In the order in which views need each other.
std::vector<std::string> view_statements(const Contracts& contracts) {
  std::vector<std::string> views;
  add_events_views(contracts, views);
  add_shape_views(contracts, views);
  for (const Contract* contract : contracts) {
    if (!is_reserved_table_name(contract->name)) views.push_back(own_view(*contract));
  }
  return views;
}

}  // namespace

std::string create_views_sql(const Contracts& contracts) {
  std::string sql;
  for (const std::string& view : view_statements(contracts)) sql += view;
  return sql;
}

std::string changed_views_sql(const Contracts& before, const Contracts& after) {
  const std::vector<std::string> known = view_statements(before);
  std::string sql;
  for (const std::string& view : view_statements(after)) {
    if (std::ranges::find(known, view) == known.end()) sql += view;
  }
  return sql;
}

}  // namespace millrace
