import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Export } from '../parts/tile_menu';
import { devicesExports, productsExports, seriesExports, totalsExports } from './exports';
import { kFixture } from './overview_fixture';

function texts(exports: readonly Export[]): Record<string, string> {
  return Object.fromEntries(exports.map(({ label, text }) => [label, text()]));
}

test('a tile gives its own query and its own rows', () => {
  assert.deepEqual(texts(devicesExports(kFixture)), {
    'Copy as SQL': 'SELECT 6',
    'Copy as CSV': 'device_type,visits\r\nmobile,300\r\ndesktop,40\r\n',
  });
});

test('money leaves with all its digits and its currency', () => {
  assert.match(
    texts(totalsExports(kFixture))['Copy as CSV'] ?? '',
    /^visits,.*,revenue,currency\r\n340,.*,8400\.50,USD\r\n$/,
  );
});

test('a name that a spreadsheet would run is made harmless', () => {
  const products = { total: 1, rows: [{ key: '=1+1', name: '@cmd', units: 1, revenue: '-5.00' }] };
  assert.match(
    texts(productsExports({ ...kFixture, products }))['Copy as CSV'] ?? '',
    /\r\n'=1\+1,'@cmd,1,-5\.00,USD\r\n$/,
  );
});

test('the chart gives the series and the totals', () => {
  const given = texts(seriesExports(kFixture));
  assert.deepEqual(Object.keys(given), [
    'Copy series as SQL',
    'Copy series as CSV',
    'Copy totals as SQL',
    'Copy totals as CSV',
  ]);
  assert.match(given['Copy series as CSV'] ?? '', /\r\n2024-07-08T00:00:00Z,10,10,50,2,5,2,200\.10,USD\r\n$/);
});
