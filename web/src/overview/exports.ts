// What each tile gives away: the query that makes its numbers, and the numbers as they were sent.

import type { Overview, QueryName } from '../api';
import { type Cell, csv } from '../parts/csv';
import type { Export } from '../parts/tile_menu';

const decimal = (text: string): Cell => ({ decimal: text });

function pair(overview: Overview, query: QueryName, table: () => string, what = ''): Export[] {
  return [
    { label: `Copy ${what}as SQL`, text: () => overview.sql[query] },
    { label: `Copy ${what}as CSV`, text: table },
  ];
}

const kTotals = ['visits', 'page_views', 'cart_adds', 'orders', 'visits_with_cart', 'visits_with_purchase'] as const;

export function totalsExports(overview: Overview, what = ''): Export[] {
  const { totals, currency } = overview;
  const table = (): string =>
    csv(
      [...kTotals, 'revenue', 'currency'],
      [[...kTotals.map((name) => totals[name]), decimal(totals.revenue), currency]],
    );
  return pair(overview, 'totals', table, what);
}

const kSeries = ['visits', 'page_views', 'orders', 'visits_with_cart', 'visits_with_purchase'] as const;

export function seriesExports(overview: Overview): Export[] {
  const { series, currency } = overview;
  const row = (start: string, index: number): Cell[] => [
    start,
    ...kSeries.map((name) => series[name][index] ?? null),
    decimal(series.revenue[index] ?? ''),
    currency,
  ];
  const table = (): string => csv(['start', ...kSeries, 'revenue', 'currency'], series.start.map(row));
  return [...pair(overview, 'series', table, 'series '), ...totalsExports(overview, 'totals ')];
}

export function pagesExports(overview: Overview): Export[] {
  const rows = overview.pages.rows.map(({ key, visits, views }): Cell[] => [key, visits, views]);
  return pair(overview, 'pages', () => csv(['page_url', 'visits', 'page_views'], rows));
}

export function productsExports(overview: Overview): Export[] {
  const rows = overview.products.rows.map(({ key, name, units, revenue }): Cell[] => [
    key,
    name,
    units,
    decimal(revenue),
    overview.currency,
  ]);
  return pair(overview, 'products', () => csv(['product_id', 'product_name', 'units', 'revenue', 'currency'], rows));
}

export function categoriesExports(overview: Overview): Export[] {
  const rows = overview.categories.rows.map(({ key, units, revenue }): Cell[] => [
    key,
    units,
    decimal(revenue),
    overview.currency,
  ]);
  return pair(overview, 'categories', () => csv(['category', 'units', 'revenue', 'currency'], rows));
}

export function devicesExports(overview: Overview): Export[] {
  const rows = overview.devices.rows.map(({ key, visits }): Cell[] => [key, visits]);
  return pair(overview, 'devices', () => csv(['device_type', 'visits'], rows));
}
