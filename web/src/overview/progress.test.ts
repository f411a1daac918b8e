import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kFixture } from './overview_fixture';
import { comparison, progress } from './progress';

test('a bucket that has not ended is not complete', () => {
  assert.deepEqual(progress(kFixture), { complete: 3, begun: 4 });
});

test('a bucket that ends exactly at complete_to is complete', () => {
  assert.deepEqual(progress({ ...kFixture, complete_to: '2024-07-09T00:00:00Z' }), { complete: 4, begun: 4 });
  assert.deepEqual(progress({ ...kFixture, complete_to: '2024-07-06T00:00:00Z' }), { complete: 1, begun: 1 });
});

test('the last bucket ends where the range ends', () => {
  const range = { ...kFixture.range, to: '2024-07-08T06:00:00Z' };
  assert.deepEqual(progress({ ...kFixture, range }), { complete: 4, begun: 4 });
});

test('before the range nothing has begun', () => {
  assert.deepEqual(progress({ ...kFixture, complete_to: '2024-07-01T00:00:00Z' }), { complete: 0, begun: 0 });
});

test('a running range is compared over its finished buckets only, on both sides', () => {
  const sides = comparison(kFixture);
  assert.equal(sides?.now.visits, 330);
  assert.equal(sides?.before.visits, 300);
  assert.equal(sides?.now.revenue, '8200.4000');
  assert.equal(sides?.before.revenue, '7500.0000');
  assert.equal(sides?.until_ms, Date.parse('2024-07-08T00:00:00Z'));
});

test('a finished range is compared in whole', () => {
  const sides = comparison({ ...kFixture, complete_to: '2024-07-10T00:00:00Z' });
  assert.equal(sides?.now.visits, 340);
  assert.equal(sides?.before.visits, 400);
  assert.equal(sides?.until_ms, null);
});

test('without a period before there is nothing to compare', () => {
  assert.equal(comparison({ ...kFixture, previous_totals: null, previous_series: null }), null);
  assert.equal(comparison({ ...kFixture, complete_to: '2024-07-05T01:00:00Z' }), null);
});
