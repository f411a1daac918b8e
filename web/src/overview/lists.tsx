// The four ranked lists. Each belongs to a dimension; choosing a row filters the whole page by it.

import type { CategoryRow, DeviceRow, Overview, PageRow, ProductRow } from '../api';
import { compare, fromDecimal, toFloat } from '../number/fraction';
import { count, counted, money, moneyExact } from '../number/format';
import { RankedList, type RankedRow } from '../parts/ranked_list';
import { Tile } from '../parts/tile';
import { type Dimension, pageLabel } from '../state/dimensions';
import { show, toggleFilter, view } from '../state/store';
import { type ProductMeasure, filterValue } from '../state/view';
import { categoriesExports, devicesExports, pagesExports, productsExports } from './exports';

interface Props {
  readonly overview: Overview;
}

const kNoSales = 'Nothing was bought in these visits.';
const kNoVisits = 'There are no visits to show.';

function choices(dimension: Dimension) {
  return {
    chosen: filterValue(view.value, dimension),
    onChoose: (value: string): void => toggleFilter({ dimension, value }),
  };
}

export function ProductsTile({ overview }: Props) {
  const { total, rows } = overview.products;
  const measure = view.value.products;
  const sorted = measure === 'units' ? rows : byRevenue(rows);
  return (
    <Tile
      title="Top products"
      measure={<MeasureSwitch />}
      exports={productsExports(overview)}
      size="half"
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

export function CategoriesTile({ overview }: Props) {
  const { categories, currency } = overview;
  const row = ({ key, units, revenue }: CategoryRow): RankedRow => {
    const exact = fromDecimal(revenue);
    const title = `${key}\n${moneyExact(revenue, currency)}, ${counted(units, 'unit')}`;
    return { key, label: key, title, size: toFloat(exact), value: money(exact, currency), exact: revenue };
  };
  return (
    <Tile
      title="Sales by category"
      measure="revenue"
      exports={categoriesExports(overview)}
      size="third"
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

export function PagesTile({ overview }: Props) {
  const row = ({ key, visits, views }: PageRow): RankedRow => ({
    key,
    label: pageLabel(key),
    title: `${key}\n${counted(visits, 'visit')}, ${counted(views, 'view')}`,
    size: visits,
    value: count(visits),
    exact: String(visits),
    note: counted(views, 'view'),
  });
  return (
    <Tile title="Visits by page" measure="visits" exports={pagesExports(overview)} size="third" testId="pages">
      <RankedList
        rows={overview.pages.rows.map(row)}
        total={overview.pages.total}
        one="page"
        many="pages"
        empty={kNoVisits}
        {...choices('page')}
      />
    </Tile>
  );
}

export function DevicesTile({ overview }: Props) {
  const row = ({ key, visits }: DeviceRow): RankedRow => ({
    key,
    label: key,
    title: `${key}\n${counted(visits, 'visit')}`,
    size: visits,
    value: count(visits),
    exact: String(visits),
  });
  return (
    <Tile title="Visits by device" measure="visits" exports={devicesExports(overview)} size="third" testId="devices">
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
