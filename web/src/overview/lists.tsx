// The ranked lists. Each belongs to a dimension; choosing a row filters the whole page by it.

import type { CategoryRow, DeviceRow, Overview, PageRow, ProductRow, StoreRow, VerticalRow } from '../api';
import { compare, fromDecimal, toFloat } from '../number/fraction';
import { count, counted, money, moneyExact } from '../number/format';
import { RankedList, type RankedRow } from '../parts/ranked_list';
import { Tile, type TileSize } from '../parts/tile';
import { type Dimension, pageLabel } from '../state/dimensions';
import { show, toggleFilter, view } from '../state/store';
import { type ProductMeasure, filterValue } from '../state/view';
import {
  categoriesExports,
  devicesExports,
  pagesExports,
  productsExports,
  storesExports,
  verticalsExports,
} from './exports';

export interface TileProps {
  readonly overview: Overview;
  readonly size: TileSize;
}

const kNoSales = 'Nothing of what is shown was bought.';
const kNoVisits = 'There are no visits to show.';
const kNoViews = 'There are no views to show.';

function choices(dimension: Dimension) {
  return {
    chosen: filterValue(view.value, dimension),
    onChoose: (value: string): void => toggleFilter({ dimension, value }),
  };
}

export function ProductsTile({ overview, size }: TileProps) {
  const { total, rows } = overview.products;
  const hasRevenue = overview.has.includes('revenue');
  const measure = hasRevenue ? view.value.products : 'units';
  const sorted = measure === 'units' ? rows : byRevenue(rows);
  return (
    <Tile
      title="Top products"
      measure={hasRevenue ? <MeasureSwitch /> : 'units sold'}
      exports={productsExports(overview)}
      size={size}
      testId="products"
    >
      <RankedList
        rows={sorted.map((row) => productRow(row, measure, overview.currency))}
        total={total}
        one="product"
        many="products"
        empty={kNoSales}
        {...choices('product')}
      />
      {measure === 'revenue' && total > rows.length && (
        <p class="tile-note">By revenue among the {rows.length} products that sold most units.</p>
      )}
    </Tile>
  );
}

function byRevenue(rows: readonly ProductRow[]): ProductRow[] {
  return [...rows].sort((a, b) => compare(fromDecimal(b.revenue), fromDecimal(a.revenue)));
}

function productRow(
  { key, name, units, revenue }: ProductRow,
  measure: ProductMeasure,
  currency: string | null,
): RankedRow {
  const exact = fromDecimal(revenue);
  const byUnits = measure === 'units';
  return {
    key,
    label: name || key,
    title: `${name || key} (${key})\n${counted(units, 'unit')}, ${moneyExact(revenue, currency)}`,
    size: byUnits ? units : toFloat(exact),
    value: byUnits ? count(units) : money(exact, currency),
    exact: byUnits ? String(units) : revenue,
  };
}

function MeasureSwitch() {
  const option = (measure: ProductMeasure, label: string) => (
    <button
      type="button"
      class="switch-option"
      aria-pressed={view.value.products === measure}
      onClick={() => show({ products: measure })}
    >
      {label}
    </button>
  );
  return (
    <span class="switch" role="group" aria-label="Products by">
      {option('units', 'units sold')}
      {option('revenue', 'revenue')}
    </span>
  );
}

export function CategoriesTile({ overview, size }: TileProps) {
  const { categories, currency, has } = overview;
  const hasRevenue = has.includes('revenue');
  const row = ({ key, units, revenue }: CategoryRow): RankedRow => {
    const sold = counted(units, 'unit');
    if (!hasRevenue) return countRow(key, units, `${key}\n${sold}`);
    const exact = fromDecimal(revenue);
    const title = `${key}\n${moneyExact(revenue, currency)}, ${sold}`;
    return { key, label: key, title, size: toFloat(exact), value: money(exact, currency), exact: revenue };
  };
  return (
    <Tile
      title="Sales by category"
      measure={hasRevenue ? 'revenue' : 'units sold'}
      exports={categoriesExports(overview)}
      size={size}
      testId="categories"
    >
      <RankedList
        rows={categories.rows.map(row)}
        total={categories.total}
        one="category"
        many="categories"
        empty={kNoSales}
        {...choices('category')}
      />
    </Tile>
  );
}

/** A row that is no more than its count. */
function countRow(key: string, value: number, title: string): RankedRow {
  return { key, label: key, title, size: value, value: count(value), exact: String(value) };
}

/** By visits where there are any, else by views. */
export function PagesTile({ overview, size }: TileProps) {
  const byVisits = overview.has.includes('visits');
  const row = ({ key, visits, views }: PageRow): RankedRow => {
    const seen = counted(views, 'view');
    if (!byVisits) return { ...countRow(key, views, `${key}\n${seen}`), label: pageLabel(key) };
    const title = `${key}\n${counted(visits, 'visit')}, ${seen}`;
    return { ...countRow(key, visits, title), label: pageLabel(key), note: seen };
  };
  return (
    <Tile
      title={byVisits ? 'Visits by page' : 'Views by page'}
      measure={byVisits ? 'visits' : 'views'}
      exports={pagesExports(overview)}
      size={size}
      testId="pages"
    >
      <RankedList
        rows={overview.pages.rows.map(row)}
        total={overview.pages.total}
        one="page"
        many="pages"
        empty={byVisits ? kNoVisits : kNoViews}
        {...choices('page')}
      />
    </Tile>
  );
}

export function DevicesTile({ overview, size }: TileProps) {
  const row = ({ key, visits }: DeviceRow): RankedRow => countRow(key, visits, `${key}\n${counted(visits, 'visit')}`);
  return (
    <Tile title="Visits by device" measure="visits" exports={devicesExports(overview)} size={size} testId="devices">
      <RankedList
        rows={overview.devices.rows.map(row)}
        total={overview.devices.total}
        one="device"
        many="devices"
        empty={kNoVisits}
        {...choices('device')}
      />
    </Tile>
  );
}

export function StoresTile({ overview, size }: TileProps) {
  const row = ({ key, units }: StoreRow): RankedRow => countRow(key, units, `${key}\n${counted(units, 'unit')}`);
  return (
    <Tile title="Sales by store" measure="units sold" exports={storesExports(overview)} size={size} testId="stores">
      <RankedList
        rows={overview.stores.rows.map(row)}
        total={overview.stores.total}
        one="store"
        many="stores"
        empty={kNoSales}
        {...choices('store')}
      />
    </Tile>
  );
}

export function VerticalsTile({ overview, size }: TileProps) {
  const { verticals, currency } = overview;
  const row = ({ key, orders, revenue }: VerticalRow): RankedRow => ({
    ...countRow(key, orders, `${key}\n${counted(orders, 'order')}, ${moneyExact(revenue, currency)}`),
    note: money(fromDecimal(revenue), currency),
  });
  return (
    <Tile
      title="Orders by vertical"
      measure="orders"
      exports={verticalsExports(overview)}
      size={size}
      testId="verticals"
    >
      <RankedList
        rows={verticals.rows.map(row)}
        total={verticals.total}
        one="vertical"
        many="verticals"
        empty={kNoSales}
        {...choices('vertical')}
      />
    </Tile>
  );
}
