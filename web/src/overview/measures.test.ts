import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coarser, measuresAt, measuresOf } from './measures';
import { kFixture } from './overview_fixture';

test('sums of buckets are exact, money included', () => {
  assert.deepEqual(measuresOf(kFixture.series, 1, 3), {
    visits: 220,
    page_views: 660,
    cart_adds: 100,
    item_views: 0,
    units: 0,
    stock_change: 0,
    orders: 52,
    revenue: '5200.3000',
    visits_with_cart: 110,
    visits_with_purchase: 52,
  });
  assert.equal(measuresAt(kFixture.series, 3).visits, 10);
  assert.equal(measuresAt(kFixture.series, 4).visits, 0);
});

test('fewer buckets count the same', () => {
  const half = coarser(kFixture, 2);
  assert.deepEqual(half.series.start, ['2024-07-05T00:00:00Z', '2024-07-07T00:00:00Z']);
  assert.deepEqual(half.series.visits, [220, 120]);
  assert.deepEqual(half.previous_series?.revenue, ['5000.0000', '5000.0000']);
  assert.equal(half.range.bucket_seconds, 2 * 86400);
});

test('few buckets stay as they are', () => {
  assert.equal(coarser(kFixture, 4), kFixture);
});

test('a last bucket that is short is kept', () => {
  assert.deepEqual(coarser(kFixture, 1.5).series.visits, [330, 10]);
});
