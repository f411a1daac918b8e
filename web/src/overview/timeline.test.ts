import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenKpi } from './kpi';
import { kFixture } from './overview_fixture';
import { lines, lonePoints, timeline } from './timeline';

test('the unfinished bucket hangs on the last finished one', () => {
  const drawn = lines(timeline(kFixture, chosenKpi(kFixture.has, 'visits')!));
  assert.deepEqual(drawn.finished, [110, 110, 110, null]);
  assert.deepEqual(drawn.tail, [null, null, 110, 10]);
  assert.deepEqual(drawn.before, [100, 100, 100, 100]);
});

test('a range that is over has no tail', () => {
  const over = { ...kFixture, complete_to: '2024-07-09T00:00:00Z' };
  assert.deepEqual(lines(timeline(over, chosenKpi(kFixture.has, 'orders')!)).tail, [null, null, null, null]);
});

test('a bucket that has not begun is not a zero', () => {
  const early = { ...kFixture, complete_to: '2024-07-06T00:00:00Z' };
  assert.deepEqual(
    timeline(early, chosenKpi(kFixture.has, 'visits')!).now.map((value) => value?.n ?? null),
    [110n, null, null, null],
  );
});

test('before anything was stored there is no zero either', () => {
  const late = { ...kFixture, stored: { from: '2024-07-03T12:00:00Z', to: '2024-07-08T07:10:00Z' } };
  assert.deepEqual(lines(timeline(late, chosenKpi(kFixture.has, 'visits')!)).before, [null, null, 100, 100]);
});

test('a ratio of nothing is a gap', () => {
  const series = { ...kFixture.series, visits: [0, 110, 110, 10] };
  assert.equal(lines(timeline({ ...kFixture, series }, chosenKpi(kFixture.has, 'conversion')!)).finished[0], null);
});

test('money is summed exactly and drawn as a float', () => {
  assert.deepEqual(lines(timeline(kFixture, chosenKpi(kFixture.has, 'revenue')!)).finished, [3000.1, 3000.2, 2200.1, null]);
});

test('points without neighbours are found', () => {
  assert.deepEqual(lonePoints([1, null, 2, 3, null, 0]), [0, 5]);
  assert.deepEqual(lonePoints([7]), [0]);
});
