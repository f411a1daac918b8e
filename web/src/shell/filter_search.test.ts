import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kFixture } from '../overview/overview_fixture';
import { suggestions } from './filter_search';

const found = (typed: string): string[] =>
  suggestions(typed, kFixture).map((each) => `${each.dimension}=${each.value}`);

test('a few letters find values of every dimension, those that begin with them first', () => {
  assert.deepEqual(found('mo'), ['device=mobile', 'product=PER-001']);
  assert.deepEqual(found('HOME'), ['page=https://example.com/home']);
  assert.deepEqual(found('bought'), ['step=purchase']);
});

test('a product is found by its name and by its number', () => {
  assert.deepEqual(found('laptop'), ['product=HDW-001']);
  assert.deepEqual(found('hdw-001'), ['product=HDW-001']);
});

test('a dimension before the letters narrows the search to it', () => {
  assert.deepEqual(found('device:'), ['device=mobile', 'device=desktop']);
  assert.deepEqual(found('Device: desk'), ['device=desktop', 'device=desk']);
});

test('a value that is not on the page can be given whole', () => {
  assert.deepEqual(found('page:https://example.com/imprint'), ['page=https://example.com/imprint']);
  assert.deepEqual(found('device:mobile'), ['device=mobile']);
});

test('a step that does not exist cannot be asked for', () => {
  assert.deepEqual(found('step:checkout'), []);
});

test('an address is not mistaken for a dimension', () => {
  assert.deepEqual(found('https://example.com/h'), ['page=https://example.com/home']);
});

test('without letters there is something to choose from', () => {
  assert.equal(suggestions('', kFixture).length, 8);
  assert.deepEqual(suggestions('', null), []);
});
