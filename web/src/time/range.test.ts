import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bounds, dayRange, formatRange, parseRange, rangeHint, rangeLabel } from './range';
import { isoSeconds } from './utc';

const now_ms = Date.parse('2024-07-21T12:03:07Z');

function meaning(text: string): string {
  const range = parseRange(text);
  assert.ok(range, text);
  const found = bounds(range, now_ms);
  return found ? `${isoSeconds(found.from_ms)} ${isoSeconds(found.to_ms)}` : 'all';
}

test('presets are whole UTC days and include today', () => {
  assert.equal(meaning('today'), '2024-07-21T00:00:00Z 2024-07-22T00:00:00Z');
  assert.equal(meaning('yesterday'), '2024-07-20T00:00:00Z 2024-07-21T00:00:00Z');
  assert.equal(meaning('7d'), '2024-07-15T00:00:00Z 2024-07-22T00:00:00Z');
  assert.equal(meaning('30d'), '2024-06-22T00:00:00Z 2024-07-22T00:00:00Z');
  assert.equal(meaning('all'), 'all');
});

test('the last day of a custom range is included', () => {
  assert.equal(meaning('2024-07-01..2024-07-07'), '2024-07-01T00:00:00Z 2024-07-08T00:00:00Z');
  assert.equal(meaning('2024-07-01..2024-07-01'), '2024-07-01T00:00:00Z 2024-07-02T00:00:00Z');
});

test('with times of day the end is excluded', () => {
  assert.equal(meaning('2024-07-01T09:00..2024-07-01T12:30'), '2024-07-01T09:00:00Z 2024-07-01T12:30:00Z');
});

test('what is written is what is read', () => {
  for (const text of ['7d', 'all', '2024-07-01..2024-07-07', '2024-07-01T09:00..2024-07-01T12:00:30']) {
    assert.equal(formatRange(parseRange(text)!), text);
  }
});

test('nonsense is no range', () => {
  for (const text of [
    '',
    'week',
    '2024-07-07..2024-07-01',
    '2024-07-01',
    '2024-13-01..2024-13-02',
    'a..b',
    '1..2..3',
  ]) {
    assert.equal(parseRange(text), null, text);
  }
  assert.equal(dayRange('2024-07-07', ''), null);
});

test('labels say what is shown', () => {
  assert.equal(rangeLabel('30d'), 'Last 30 days');
  assert.equal(rangeLabel(parseRange('2024-07-01..2024-07-07')!), '1–7 Jul 2024');
  assert.equal(rangeHint('today', now_ms), '21 Jul 2024');
  assert.equal(rangeHint('7d', now_ms), '15–21 Jul 2024');
});
