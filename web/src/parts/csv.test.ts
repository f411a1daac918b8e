import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csv } from './csv';

test('fields with separators, quotes and line ends are quoted', () => {
  assert.equal(csv(['a', 'b'], [['27" screen', 'x,y\nz']]), 'a,b\r\n"27"" screen","x,y\nz"\r\n');
});

test('what a spreadsheet would run is text', () => {
  for (const start of ['=', '+', '-', '@', '\t']) {
    assert.equal(csv(['a'], [[`${start}1`]]), `a\r\n'${start}1\r\n`);
  }
  assert.equal(csv(['a'], [['\rx']]), 'a\r\n"\'\rx"\r\n');
});

test('numbers stay numbers, and money keeps its digits', () => {
  assert.equal(csv(['n', 'm', 'x'], [[-5, { decimal: '-1695685.6600' }, null]]), 'n,m,x\r\n-5,-1695685.6600,\r\n');
});
