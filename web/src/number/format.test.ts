import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axisLabel, change, count, counted, headline, inFull, money, moneyExact, share } from './format';
import { fraction, fromCount, fromDecimal } from './fraction';

const plain = (text: string): string => text.replace(/\u202f/g, ' ').replace(/\u2212/g, '-');

test('counts are grouped by thousands', () => {
  assert.equal(count(0), '0');
  assert.equal(count(999), '999');
  assert.equal(count(11451), '11,451');
  assert.equal(count(1234567), '1,234,567');
});

test('one is singular', () => {
  assert.equal(counted(1, 'visit'), '1 visit');
  assert.equal(counted(2821, 'visit'), '2,821 visits');
  assert.equal(counted(3, 'category', 'categories'), '3 categories');
});

test('money follows its currency', () => {
  assert.equal(money(fromDecimal('1695685.66'), 'USD'), '$1,695,685.66');
  assert.equal(money(fromDecimal('-3.5'), 'EUR'), '\u2212€3.50');
  assert.equal(money(fromDecimal('1200'), 'JPY'), '¥1,200');
  assert.equal(plain(money(fromDecimal('9.99'), 'CHF')), 'CHF 9.99');
});

test('a currency that is none is still shown, as it was sent', () => {
  assert.equal(plain(money(fromDecimal('5'), 'points')), 'points 5.00');
  assert.equal(plain(money(fromDecimal('5'), 'loyalty points')), 'loyalt… 5.00');
  assert.equal(money(fromDecimal('5'), null), '5.00');
});

test('exact money keeps the digits that were sent, and never fewer than the cents', () => {
  assert.equal(moneyExact('1.2345', 'USD'), '$1.2345');
  assert.equal(moneyExact('20.0000', 'USD'), '$20.00');
  assert.equal(moneyExact('20', 'USD'), '$20.00');
});

test('the headline drops what would be noise', () => {
  assert.equal(headline(fromDecimal('2059377.00'), 'money', 'USD'), '$2,059,377');
  assert.equal(headline(fromDecimal('2856.2787'), 'money', 'USD'), '$2,856.28');
  assert.equal(headline(fromDecimal('12345678.9'), 'money', 'USD'), '$12.35M');
  assert.equal(headline(fromCount(999999), 'count', null), '999,999');
  assert.equal(headline(fromCount(1500000), 'count', null), '1.5M');
  assert.equal(plain(headline(fraction(721n, 2821n), 'share', null)), '25.6 %');
  assert.equal(headline(null, 'share', null), '–');
});

test('in full keeps two decimals of a share', () => {
  assert.equal(plain(inFull(fraction(721n, 2821n), 'share', null)), '25.56 %');
  assert.equal(inFull(fromCount(1500000), 'count', null), '1,500,000');
});

test('axis labels are short', () => {
  assert.equal(axisLabel(0, 'money', 'USD'), '$0');
  assert.equal(axisLabel(250, 'money', 'USD'), '$250');
  assert.equal(axisLabel(52500, 'money', 'USD'), '$52.5k');
  assert.equal(axisLabel(200000, 'count', null), '200k');
  assert.equal(axisLabel(2.5, 'count', null), '2.5');
  assert.equal(plain(axisLabel(0.25, 'share', null)), '25 %');
  assert.equal(plain(axisLabel(0.005, 'share', null)), '0.5 %');
});

test('a change has a sign, a direction and its unit', () => {
  assert.deepEqual(change(fromCount(1124), fromCount(1000), 'count'), { direction: 'up', text: '+12.4\u202f%' });
  assert.deepEqual(change(fromCount(977), fromCount(1000), 'count'), { direction: 'down', text: '\u22122.3\u202f%' });
  assert.deepEqual(change(fraction(51n, 100n), fraction(5n, 10n), 'share'), { direction: 'up', text: '+1.0\u202fpt' });
  assert.deepEqual(change(fromCount(5), fromCount(5), 'count'), { direction: 'same', text: '±0\u202f%' });
});

test('from nothing there is no change to speak of', () => {
  assert.equal(change(fromCount(5), fromCount(0), 'count'), null);
  assert.equal(change(null, fromCount(1), 'count'), null);
  assert.equal(change(fromCount(1), null, 'count'), null);
});

test('a fall below zero is measured against the size of what was', () => {
  assert.equal(change(fromDecimal('-50'), fromDecimal('-100'), 'money')?.direction, 'up');
});

test('a change beyond double needs no decimals', () => {
  assert.equal(change(fromCount(2446), fromCount(1000), 'count')?.text, '+145\u202f%');
});

test('a share keeps one decimal, unless it is none or all', () => {
  assert.equal(plain(share(fraction(5n, 5n)!)), '100 %');
  assert.equal(plain(share(fraction(0n, 5n)!)), '0 %');
  assert.equal(plain(share(fraction(2820n, 2821n)!)), '100.0 %');
  assert.equal(plain(share(fraction(1466n, 2821n)!)), '52.0 %');
});
