import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf, hexDump, pieces, textOf } from './payload';

const shown = (text: string): string =>
  pieces(text)
    .map((piece) => (piece.hidden ? `[${piece.text}]` : piece.text))
    .join('');

test('bytes come out of base64 as they went in', () => {
  assert.deepEqual([...bytesOf('AP/+PA==')], [0x00, 0xff, 0xfe, 0x3c]);
});

test('what is UTF-8 is text, what is not is none', () => {
  assert.equal(textOf(new TextEncoder().encode('{"a":"\u0000é"}'), false), '{"a":"\u0000é"}');
  assert.equal(textOf(Uint8Array.of(0x61, 0xff), false), null);
  assert.equal(textOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), false), '\ufeffa');
});

test('a character at the cut may be cut', () => {
  assert.equal(textOf(Uint8Array.of(0x61, 0xc3), true), 'a');
  assert.equal(textOf(Uint8Array.of(0x61, 0xc3), false), null);
});

test('characters without a shape get one', () => {
  assert.equal(shown('a\u0000b\tc\u007f'), 'a[NUL]b[TAB]c[U+007F]');
  assert.equal(shown('x\u202egnp.exe\u200b'), 'x[U+202E]gnp.exe[U+200B]');
  assert.equal(shown('one\ntwo'), 'one[LF\n]two');
  assert.deepEqual(pieces(''), []);
});

test('what looks like an escape in the text is no control character', () => {
  assert.deepEqual(pieces('\\u0000'), [{ text: '\\u0000', hidden: false, name: '' }]);
});

test('other bytes are dumped as hex', () => {
  assert.equal(hexDump(Uint8Array.of(0xff, 0x00, 0x41)), `000000  ff 00 41${' '.repeat(39)}  ..A`);
  assert.equal(hexDump(new Uint8Array(17)).split('\n').length, 2);
});
