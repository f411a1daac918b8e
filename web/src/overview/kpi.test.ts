import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headline } from '../number/format';
import { kKpiIds } from '../state/view';
import { kKpis, kpiOf } from './kpi';

const known = {
  visits: 2821,
  page_views: 11451,
  orders: 721,
  revenue: '2059377.00',
  visits_with_cart: 1466,
  visits_with_purchase: 721,
};

test('the numbers of the known data', () => {
  const shown = kKpis.map((kpi) => headline(kpi.value(known), kpi.unit, 'USD').replace(/\u202f/g, ' '));
  assert.deepEqual(shown, ['$2,059,377', '721', '25.6 %', '$2,856.28', '2,821', '11,451', '50.8 %']);
});

test('of nothing, ratios have no value and counts are zero', () => {
  const none = { visits: 0, page_views: 0, orders: 0, revenue: '0', visits_with_cart: 0, visits_with_purchase: 0 };
  const shown = kKpis.map((kpi) => headline(kpi.value(none), kpi.unit, 'USD'));
  assert.deepEqual(shown, ['$0.00', '0', '–', '–', '0', '0', '–']);
});

test('a ratio says what it was made from', () => {
  assert.equal(kpiOf('conversion').from?.(known, 'USD'), '721 of 2,821 visits bought');
  assert.equal(kpiOf('average_order').from?.(known, 'USD'), '$2,059,377.00 over 721 orders');
  assert.equal(kpiOf('cart_abandonment').from?.(known, 'USD'), '1,466 visits with a cart, 721 that bought');
});

test('the keys 1 to 7 follow the order on the page', () => {
  assert.deepEqual(
    kKpis.map((kpi) => kpi.id),
    [...kKpiIds],
  );
});
