import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, isoDay, isoSeconds, span, startOfDay, weekdayDate } from './utc';

const at = (text: string): number => Date.parse(text);

test('a day is a UTC day, wherever the browser stands', () => {
  assert.equal(isoDay(startOfDay(at('2024-07-08T23:59:59Z'))), '2024-07-08');
  assert.equal(weekdayDate(at('2024-07-08T23:59:59Z')), 'Mon 8 Jul 2024');
});

test('seconds show only where there are some', () => {
  assert.equal(clock(at('2024-07-08T09:05:00Z')), '09:05');
  assert.equal(clock(at('2024-07-08T09:05:07Z')), '09:05:07');
});

test('the server gets whole seconds', () => {
  assert.equal(isoSeconds(at('2024-07-08T09:05:07.900Z')), '2024-07-08T09:05:07Z');
});

test('spans with an exclusive end read like people say them', () => {
  assert.equal(span(at('2024-07-08T00:00:00Z'), at('2024-07-09T00:00:00Z')), '8 Jul 2024');
  assert.equal(span(at('2024-07-01T00:00:00Z'), at('2024-07-08T00:00:00Z')), '1–7 Jul 2024');
  assert.equal(span(at('2024-06-24T00:00:00Z'), at('2024-07-08T00:00:00Z')), '24 Jun – 7 Jul 2024');
  assert.equal(span(at('2023-12-31T00:00:00Z'), at('2024-01-02T00:00:00Z')), '31 Dec 2023 – 1 Jan 2024');
  assert.equal(span(at('2024-07-08T09:00:00Z'), at('2024-07-08T12:00:00Z')), '8 Jul 2024, 09:00–12:00');
  assert.equal(span(at('2024-07-08T09:00:00Z'), at('2024-07-09T12:00:00Z')), '8 Jul 2024, 09:00 – 9 Jul 2024, 12:00');
});
