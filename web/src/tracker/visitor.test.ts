import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectAddress, deviceType, pageOf } from './visitor';

test('a device is told by its user agent, and an iPad by its screen', () => {
  assert.equal(deviceType('Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 0), 'desktop');
  assert.equal(deviceType('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148', 5), 'mobile');
  assert.equal(deviceType('Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0 Mobile Safari/537.36', 5), 'mobile');
  assert.equal(deviceType('Mozilla/5.0 (Linux; Android 14; SM-X700) Chrome/126.0 Safari/537.36', 5), 'tablet');
  assert.equal(deviceType('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15', 5), 'tablet');
  assert.equal(deviceType('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15', 0), 'desktop');
});

test('a page is its address without query and fragment', () => {
  assert.equal(pageOf('https://shop.example/a?b=c#d'), 'https://shop.example/a');
  assert.equal(pageOf('https://shop.example/#/a?b'), 'https://shop.example/');
  assert.equal(pageOf('https://shop.example/a'), 'https://shop.example/a');
});

test('visits go to where the script came from, unless the page says otherwise', () => {
  const script = 'https://stats.example/t.js';
  assert.equal(collectAddress(script, {}), 'https://stats.example/v1/collect');
  assert.equal(
    collectAddress(script, { topic: 'visits_eu', token: 'mr_a+b' }),
    'https://stats.example/v1/collect?topic=visits_eu&token=mr_a%2Bb',
  );
  assert.equal(
    collectAddress(script, { endpoint: 'https://shop.example/in?x=1', topic: 'v' }),
    'https://shop.example/in?x=1&topic=v',
  );
  assert.equal(collectAddress(script, { endpoint: '/in' }), 'https://stats.example/in');
});
