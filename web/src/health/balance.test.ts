import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unaccounted } from './balance';
import type { Outcome } from './health_api';

const kSound: Outcome = {
  received: 10,
  stored: 6,
  dead_letters: 2,
  duplicates: 1,
  pending: 1,
  events_received: 30,
  events_stored: 28,
  events_dead_letters: 2,
  events_duplicates: 0,
  items_received: '9007199254740993',
  items_stored: '9007199254740992',
  items_dead_letters: 1,
  items_duplicates: 0,
};

test('what is stored, refused, known or still pending is accounted for', () => {
  assert.equal(unaccounted(kSound), 0n);
});

test('whatever is missing or too much is told, in any unit', () => {
  assert.equal(unaccounted({ ...kSound, stored: 5 }), 1n);
  assert.equal(unaccounted({ ...kSound, events_duplicates: 3 }), 3n);
  assert.equal(unaccounted({ ...kSound, stored: 5, items_dead_letters: 3 }), 3n);
});
