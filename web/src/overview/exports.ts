// What each tile gives away: the query that makes its numbers, and the numbers as they were sent.

import { type CountName, type Overview, type QueryName, kCounts } from '../api';
import { type Cell, csv } from '../parts/csv';
import type { Export } from '../parts/tile_menu';

const decimal = (text: string): Cell => ({ decimal: text });

function pair(overview: Overview, query: QueryName, table: () => string, what = ''): Export[] {
  return [
    { label: `Copy ${what}as SQL`, text: () => overview.sql[query] ?? '' },
    { label: `Copy ${what}as CSV`, text: table },
  ];
}

/** The counts a shop has, as the server's columns are called. */
function countsOf({ has }: Overview): readonly CountName[] {
  return kCounts.filter((name) => has.includes(name));
}

function moneyOf({ has, currency }: Overview, revenue: string): Cell[] {
  return has.includes('revenue') ? [decimal(revenue), currency] : [];
}

function header(overview: Overview): string[] {
  return [...countsOf(overview), ...(overview.has.includes('revenue') ? ['revenue', 'currency'] : [])];
}

export function totalsExports(overview: Overview, what = ''): Export[] {
  const { totals } = overview;
  const row = (): Cell[] => [...countsOf(overview).map((name) => totals[name]), ...moneyOf(overview, totals.revenue)];
  return pair(overview, 'totals', () => csv(header(overview), [row()]), what);
}

export function seriesExports(overview: Overview): Export[] {
  const { series } = overview;
  const row = (start: string, index: number): Cell[] => [
    start,
    ...countsOf(overview).map((name) => series[name][index] ?? null),
    ...moneyOf(overview, series.revenue[index] ?? ''),
  ];
  const table = (): string => csv(['start', ...header(overview)], series.start.map(row));
  return [...pair(overview, 'series', table, 'series '), ...totalsExports(overview, 'totals ')];
}

export function shoppersExports(overview: Overview): Export[] {
  const { viewed = null, added = null, bought = null } = overview.shoppers ?? {};
  return pair(overview, 'shoppers', () => csv(['viewed', 'added_to_cart', 'bought'], [[viewed, added, bought]]));
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

export function storesExports(overview: Overview): Export[] {
  const rows = overview.stores.rows.map(({ key, units }): Cell[] => [key, units]);
  return pair(overview, 'stores', () => csv(['store_id', 'units'], rows));
}

export function verticalsExports(overview: Overview): Export[] {
  const rows = overview.verticals.rows.map(({ key, orders, revenue }): Cell[] => [
    key,
    orders,
    decimal(revenue),
    overview.currency,
  ]);
  return pair(overview, 'verticals', () => csv(['vendor_vertical', 'orders', 'revenue', 'currency'], rows));
}
