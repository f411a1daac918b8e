// What the page shows, as the reader chose it. The whole of it is in the page's address: any view can be bookmarked,
// sent to somebody, and left with Back.

import { type Range, bounds, formatRange, parseRange } from '../time/range';
import { isoSeconds } from '../time/utc';
import { type Dimension, type Filter, isDimension, isFilter } from './dimensions';

export const kKpiIds = [
  'revenue',
  'orders',
  'conversion',
  'average_order',
  'visits',
  'page_views',
  'cart_abandonment',
  'units',
  'item_views',
  'stock_change',
] as const;
export type KpiId = (typeof kKpiIds)[number];
export type ProductMeasure = 'units' | 'revenue';

export interface View {
  readonly range: Range;
  readonly compare: boolean;
  readonly filters: readonly Filter[]; // in the order they were set; at most one for each dimension
  readonly kpi: KpiId;
  readonly products: ProductMeasure;
  readonly currency: string | null; // null: the server's choice
}

export const kDefaultView: View = {
  range: 'all',
  compare: true,
  filters: [],
  kpi: 'revenue',
  products: 'units',
  currency: null,
};

/** Reads the page's address. What it does not understand it leaves at the default: an old link still opens. */
export function parseView(search: string): View {
  const parameters = new URLSearchParams(search);
  const kpi = parameters.get('kpi');
  let filters: readonly Filter[] = [];
  for (const [name, value] of parameters) {
    if (isDimension(name) && isFilter(name, value)) filters = withFilter(filters, { dimension: name, value });
  }
  return {
    range: parseRange(parameters.get('range') ?? '') ?? kDefaultView.range,
    compare: parameters.get('compare') !== 'none',
    filters,
    kpi: kKpiIds.find((id) => id === kpi) ?? kDefaultView.kpi,
    products: parameters.get('products') === 'revenue' ? 'revenue' : 'units',
    currency: parameters.get('currency') || null,
  };
}

/** The page's address for a view, "" for the default one. */
export function formatView(view: View): string {
  const parameters = new URLSearchParams();
  if (view.range !== kDefaultView.range) parameters.set('range', formatRange(view.range));
  if (!view.compare) parameters.set('compare', 'none');
  for (const { dimension, value } of view.filters) parameters.set(dimension, value);
  if (view.kpi !== kDefaultView.kpi) parameters.set('kpi', view.kpi);
  if (view.products !== kDefaultView.products) parameters.set('products', view.products);
  if (view.currency) parameters.set('currency', view.currency);
  return asSearch(parameters);
}

/** The request that answers a view at this moment. */
export function overviewQuery(view: View, now_ms: number): string {
  const parameters = new URLSearchParams();
  const span = bounds(view.range, now_ms);
  if (span) {
    parameters.set('from', isoSeconds(span.from_ms));
    parameters.set('to', isoSeconds(span.to_ms));
  }
  parameters.set('compare', span && view.compare ? 'previous' : 'none');
  for (const { dimension, value } of view.filters) parameters.set(dimension, value);
  if (view.currency) parameters.set('currency', view.currency);
  return asSearch(parameters);
}

function asSearch(parameters: URLSearchParams): string {
  const text = parameters.toString();
  return text && `?${text}`;
}

/** Sets the filter of a dimension; another value of the same dimension gives way to it, in its place. */
export function withFilter(filters: readonly Filter[], filter: Filter): readonly Filter[] {
  const known = filters.some(({ dimension }) => dimension === filter.dimension);
  return known ? filters.map((old) => (old.dimension === filter.dimension ? filter : old)) : [...filters, filter];
}

export function withoutFilter(filters: readonly Filter[], dimension: Dimension): readonly Filter[] {
  return filters.filter((filter) => filter.dimension !== dimension);
}

export function filterValue(view: View, dimension: Dimension): string | null {
  return view.filters.find((filter) => filter.dimension === dimension)?.value ?? null;
}
