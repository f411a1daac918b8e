// What the page must show of events without visits, asked in SQL of our own over each contract's own columns where it
// can be: nothing here is shared with the program's queries.
import { plain } from '../expected.mjs';

const kSale = `event_type IN ('purchase', 'order')`;

/** Numbers by the page's names, as they are written there; undefined: the shop has none. */
export async function expectedKpis(shop, currency) {
  const [row] = await shop.sql(
    `SELECT count(*) FILTER (${kSale}) AS sales, sum(amount) FILTER (${kSale} AND currency = '${currency}') AS revenue,
       count(DISTINCT coalesce(visit_key::VARCHAR || '/' || event_id, source_topic || '/' || order_id, event_id::VARCHAR))
         FILTER (${kSale}) AS orders,
       count(*) FILTER (event_type = 'page_view') AS page_views, count(*) FILTER (event_type = 'view_item') AS item_views,
       count(*) FILTER (event_type = 'stock_delta') AS stock, sum(delta) AS stock_change,
       count(*) FILTER (visit_key IS NULL AND event_type IN ('purchase', 'order', 'purchase_line')) AS sold,
       (SELECT count(*) FROM curated.visits) AS visits FROM curated.events`,
  );
  const units = await expectedUnits(shop);
  const total = [...units.values()].reduce((sum, value) => sum + Number(value), 0);
  const there = (count, value) => (Number(count) > 0 ? plain(value) : undefined);
  return {
    revenue: there(row.sales, row.revenue),
    orders: there(row.sales, row.orders),
    visits: there(row.visits, row.visits),
    page_views: there(row.page_views, row.page_views),
    item_views: there(row.item_views, row.item_views),
    units: there(row.sold, total),
    stock_change: there(row.stock, row.stock_change),
  };
}

/** Units sold of each product, of every shape. */
export async function expectedUnits(shop) {
  const rows = await shop.sql(
    `SELECT product_id AS key, sum(units) AS units FROM (
       SELECT product_id, quantity AS units FROM curated.purchase_items WHERE visit_key IS NOT NULL
       UNION ALL SELECT product_id, coalesce(quantity, 1) FROM curated.events
       WHERE visit_key IS NULL AND event_type IN ('purchase', 'order', 'purchase_line')) GROUP BY ALL`,
  );
  return new Map(rows.map((row) => [row.key, plain(row.units)]));
}

/** A value of each key, by a query that has these two columns. */
export async function expectedList(shop, sql) {
  return new Map((await shop.sql(sql)).map((row) => [row.key, plain(row.value)]));
}
