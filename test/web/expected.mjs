// What the page must show, asked of the warehouse in SQL of our own: nothing here is shared with the program's queries.

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
const time = (iso) => `TIMESTAMP ${quoted(iso.replace('T', ' ').replace('Z', ''))}`;

/** Decimals in one spelling: "12.50" and "12.5" are "12.5". */
export function plain(value) {
  const text = String(value);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function during(column, range) {
  return range ? `${column} >= ${time(range.from)} AND ${column} < ${time(range.to)}` : 'true';
}

const kConditions = {
  device: (value) => `device_type = ${quoted(value)}`,
  page: (value) => visitsWith(`event_type = 'page_view' AND page_url = ${quoted(value)}`),
  step: (value) => visitsWith(`event_type = ${quoted({ cart: 'add_to_cart', purchase: 'purchase' }[value])}`),
  product: (value) => buyersOf(`product_id = ${quoted(value)}`),
  category: (value) => buyersOf(`category = ${quoted(value)}`),
};

function visitsWith(condition) {
  return `visit_key IN (SELECT visit_key FROM curated.events WHERE ${condition})`;
}

function buyersOf(condition) {
  return visitsWith(`event_id IN (SELECT event_id FROM curated.purchase_items WHERE ${condition})`);
}

/** Visits that all filters but that of `ignoring` select. */
function selected(filters, ignoring) {
  const conditions = Object.entries(filters)
    .filter(([dimension]) => dimension !== ignoring)
    .map(([dimension, value]) => kConditions[dimension](value));
  return `SELECT visit_key FROM curated.visits WHERE ${['true', ...conditions].join(' AND ')}`;
}

function asMap(rows, value) {
  return new Map(rows.map((row) => [row.key, plain(row[value])]));
}

export class Expected {
  constructor(shop, { filters = {}, range = null, currency = 'USD' } = {}) {
    Object.assign(this, { shop, filters, range, currency });
  }

  visits(ignoring) {
    return `FROM curated.visits WHERE visit_key IN (${selected(this.filters, ignoring)}) AND ${during('started_at', this.range)}`;
  }

  events(type, ignoring) {
    return (
      `FROM curated.events WHERE event_type = '${type}' AND visit_key IN (${selected(this.filters, ignoring)}) ` +
      `AND ${during('event_time', this.range)}`
    );
  }

  async totals() {
    const reached = (type) => `(SELECT count(*) ${this.visits()} AND ${visitsWith(`event_type = '${type}'`)})`;
    const [row] = await this.shop.sql(
      `SELECT (SELECT count(*) ${this.visits()}) AS visits, (SELECT count(*) ${this.events('page_view')}) AS page_views, ` +
        `(SELECT count(*) ${this.events('purchase')}) AS orders, ` +
        `(SELECT coalesce(sum(amount), 0) ${this.events('purchase')} AND currency = ${quoted(this.currency)}) AS revenue, ` +
        `${reached('add_to_cart')} AS with_cart, ${reached('purchase')} AS with_purchase`,
    );
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
  }

  async pages() {
    const rows = await this.shop.sql(
      `SELECT page_url AS key, count(DISTINCT visit_key) AS visits, count(*) AS views ${this.events('page_view', 'page')} GROUP BY ALL`,
    );
    return { visits: asMap(rows, 'visits'), views: asMap(rows, 'views') };
  }

  async sales(column, dimension) {
    const rows = await this.shop.sql(
      `SELECT ${column} AS key, sum(quantity) AS units, ` +
        `coalesce(sum(line_amount) FILTER (WHERE currency = ${quoted(this.currency)}), 0) AS revenue ` +
        `FROM curated.purchase_items WHERE event_id IN (SELECT event_id ${this.events('purchase', dimension)}) GROUP BY ALL`,
    );
    return { units: asMap(rows, 'units'), revenue: asMap(rows, 'revenue') };
  }

  async devices() {
    return asMap(
      await this.shop.sql(`SELECT device_type AS key, count(*) AS visits ${this.visits('device')} GROUP BY ALL`),
      'visits',
    );
  }

  /** Page views and revenue in each bucket that begins at one of `starts`. */
  async series(starts, end) {
    const bucket = (start, index) => `(${index}, ${time(start)}, ${time(starts[index + 1] ?? end)})`;
    const rows = await this.shop.sql(
      `SELECT i, count(*) FILTER (WHERE event_type = 'page_view') AS page_views, ` +
        `coalesce(sum(amount) FILTER (WHERE event_type = 'purchase' AND currency = ${quoted(this.currency)}), 0) AS revenue ` +
        `FROM (VALUES ${starts.map(bucket).join(', ')}) AS buckets(i, start, stop) ` +
        `LEFT JOIN curated.events ON event_time >= start AND event_time < stop GROUP BY i ORDER BY i`,
    );
    return rows.map((row) => ({ page_views: plain(row.page_views), revenue: plain(row.revenue) }));
  }
}
