import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFilter, pageLabel } from './dimensions';

test('a page is called by its path', () => {
  assert.equal(pageLabel('https://example.com/home'), 'home');
  assert.equal(pageLabel('https://example.com/shop/cart?x=1#top'), 'shop/cart?x=1#top');
  assert.equal(pageLabel('https://example.com/'), '/');
  assert.equal(pageLabel('https://example.com'), '/');
  assert.equal(pageLabel('https://example.com?q=1'), '?q=1');
});

test('a page that is no URL keeps its name', () => {
  assert.equal(pageLabel('/checkout'), 'checkout');
  assert.equal(pageLabel('app: start'), 'app: start');
  assert.equal(pageLabel('javascript:alert(1)'), 'javascript:alert(1)');
  assert.equal(pageLabel('/'), '/');
});

test('steps are the two of the funnel, other values are free', () => {
  assert.ok(isFilter('step', 'cart'));
  assert.ok(!isFilter('step', 'checkout'));
  assert.ok(isFilter('device', 'anything'));
  assert.ok(!isFilter('device', ''));
});
