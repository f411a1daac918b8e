import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatHealthView, lettersQuery, loadsQuery, parseHealthView, refusalsQuery } from './health_view';

test('what is written is what is read', () => {
  for (const search of ['', '?reason=not_json&file=a%26b.csv', '?contract=visits&loads=3&letters=2']) {
    assert.equal(formatHealthView(parseHealthView(search)), search);
  }
});

test('nonsense is the first page, without filters', () => {
  for (const search of ['?loads=0', '?loads=-2', '?letters=x', '?loads=1.5', '?reason=', '?range=7d']) {
    assert.deepEqual(parseHealthView(search), { filters: {}, loads: 0, letters: 0 });
  }
});

test('a load has many reasons, and is asked for by contract and file alone', () => {
  const view = parseHealthView('?reason=not_json&contract=visits&loads=2');
  assert.equal(loadsQuery(view), '?contract=visits&limit=20&offset=20');
  assert.equal(refusalsQuery(view), '?reason=not_json&contract=visits');
  assert.equal(lettersQuery(view), '?reason=not_json&contract=visits&limit=10&offset=0');
});
