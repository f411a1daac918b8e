import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kDay_ms, kHour_ms, kMinute_ms } from '../time/utc';
import { bucketLabel, timeStride, timeTickLabel, timeTicks, valueTicks } from './ticks';

const at = (text: string): number => Date.parse(text);
const every = (start: string, bucket_ms: number, many: number): number[] =>
  Array.from({ length: many }, (_, index) => at(start) + index * bucket_ms);

test('four intervals of round numbers hold the highest value', () => {
  assert.deepEqual(valueTicks(0, 213_000, 'money'), [0, 60_000, 120_000, 180_000, 240_000]);
  assert.deepEqual(valueTicks(0, 0.256, 'share'), [0, 0.08, 0.16, 0.24, 0.32]);
  assert.deepEqual(valueTicks(0, 100, 'count'), [0, 25, 50, 75, 100]);
});

test('counts never get half a visit', () => {
  assert.deepEqual(valueTicks(0, 3, 'count'), [0, 1, 2, 3, 4]);
  assert.deepEqual(valueTicks(0, 5, 'count'), [0, 2, 4, 6, 8]);
});

test('nothing at all still has a scale', () => {
  assert.deepEqual(valueTicks(0, 0, 'count'), [0, 1, 2, 3, 4]);
  assert.deepEqual(valueTicks(0, 0, 'share'), [0, 0.25, 0.5, 0.75, 1]);
});

test('below zero, zero is still a line', () => {
  const ticks = valueTicks(-70, 100, 'money');
  assert.ok(ticks.includes(0));
  assert.ok(ticks[0]! <= -70 && ticks[ticks.length - 1]! >= 100);
});

function labels(start: string, bucket_ms: number, many: number, most = 8): string[] {
  const starts = every(start, bucket_ms, many);
  const stride = timeStride(starts, bucket_ms, most);
  return timeTicks(starts, stride).map((time) => timeTickLabel(time, stride));
}

test('days are labelled at an even stride from the first', () => {
  assert.deepEqual(labels('2024-07-01T00:00:00Z', kDay_ms, 21), [
    '1 Jul',
    '4 Jul',
    '7 Jul',
    '10 Jul',
    '13 Jul',
    '16 Jul',
    '19 Jul',
  ]);
});

test('hours are labelled at round hours, midnight by its day', () => {
  assert.deepEqual(labels('2024-07-01T21:00:00Z', kHour_ms, 24), [
    '21:00',
    '2 Jul',
    '03:00',
    '06:00',
    '09:00',
    '12:00',
    '15:00',
    '18:00',
  ]);
});

test('days made of hours are labelled at their midnights', () => {
  assert.deepEqual(labels('2024-07-01T06:00:00Z', 6 * kHour_ms, 20), ['2 Jul', '3 Jul', '4 Jul', '5 Jul', '6 Jul']);
});

test('days that begin at no midnight are still called by their day', () => {
  assert.deepEqual(labels('2024-07-01T03:00:00Z', 6 * kHour_ms, 20, 5), ['1 Jul', '2 Jul', '3 Jul', '4 Jul', '5 Jul']);
});

test('years are labelled by their months', () => {
  assert.deepEqual(labels('2022-01-01T00:00:00Z', 30 * kDay_ms, 36, 4), [
    'Jan 2022',
    'Sep 2022',
    'Jun 2023',
    'Mar 2024',
  ]);
});

test('odd buckets still get few labels', () => {
  assert.ok(labels('2024-07-01T00:00:00Z', 100 * kDay_ms, 300).length <= 8);
});

test('a bucket says what it covers', () => {
  const start_ms = at('2024-07-08T09:00:00Z');
  assert.equal(bucketLabel(start_ms, kDay_ms), 'Mon 8 Jul 2024');
  assert.equal(bucketLabel(at('2024-07-01T00:00:00Z'), 7 * kDay_ms), '1–7 Jul 2024');
  assert.equal(bucketLabel(start_ms, kHour_ms), 'Mon 8 Jul 2024, 09:00–10:00');
  assert.equal(bucketLabel(start_ms, kMinute_ms / 6), 'Mon 8 Jul 2024, 09:00:00–09:00:10');
});
