import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headline } from '../number/format';
import { kKpiIds } from '../state/view';
import { kFixture } from './overview_fixture';
import { type Kpi, chosenKpi, kKpis, kVisitKpis, kpisOf } from './kpi';

const known = {
  visits: 2821,
  page_views: 11451,
  orders: 721,
  revenue: '2059377.00',
  visits_with_cart: 1466,
  visits_with_purchase: 721,
  cart_adds: 2901,
  item_views: 0,
  units: 0,
  stock_change: 0,
};

const kpiOf = (id: Kpi['id']): Kpi => chosenKpi(kFixture.has, id)!;

test('the numbers of the known data', () => {
  const shown = kVisitKpis.map((kpi) => headline(kpi.value(known), kpi.unit, 'USD').replace(/\u202f/g, ' '));
  assert.deepEqual(shown, ['$2,059,377', '721', '25.6 %', '$2,856.28', '2,821', '11,451', '50.8 %']);
});

test('of nothing, ratios have no value and counts are zero', () => {
  const none = { ...known, visits: 0, page_views: 0, orders: 0, revenue: '0', visits_with_cart: 0, visits_with_purchase: 0 };
  const shown = kVisitKpis.map((kpi) => headline(kpi.value(none), kpi.unit, 'USD'));
  assert.deepEqual(shown, ['$0.00', '0', '–', '–', '0', '0', '–']);
});

test('a ratio says what it was made from', () => {
  assert.equal(kpiOf('conversion').from?.(known, 'USD'), '721 of 2,821 visits bought');
  assert.equal(kpiOf('average_order').from?.(known, 'USD'), '$2,059,377.00 over 721 orders');
  assert.equal(kpiOf('cart_abandonment').from?.(known, 'USD'), '1,466 visits with a cart, 721 that bought');
});

const ids = (has: Parameters<typeof kpisOf>[0]): string[] => kpisOf(has).map(({ id }) => id);

test('a shop has the numbers that its data can fill', () => {
  assert.deepEqual(kpisOf(kFixture.has), kVisitKpis);
  assert.deepEqual(ids(['orders', 'revenue', 'units', 'products', 'verticals']), [
    'revenue',
    'orders',
    'average_order',
    'units',
  ]);
  assert.deepEqual(ids(['units', 'products', 'stores']), ['units']);
  assert.deepEqual(ids(['page_views', 'item_views', 'stock_change']), ['page_views', 'item_views', 'stock_change']);
});

test('where the chosen number is not there, the first is shown', () => {
  assert.equal(chosenKpi(['units'], 'revenue')?.id, 'units');
  assert.equal(chosenKpi([], 'revenue'), undefined);
});

test('the keys follow the order on the page', () => {
  assert.deepEqual(
    kKpis.map((kpi) => kpi.id),
    [...kKpiIds],
  );
});
