import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, fraction, fromCount, fromDecimal, kZero, minus, over, plus, toDecimal, toFloat } from './fraction';

test('a sum of decimal strings is exact where floats are not', () => {
  const sum = ['0.1', '0.2', '0.0001'].map(fromDecimal).reduce(plus, kZero);
  assert.equal(toDecimal(sum, 4), '0.3001');
});

test('money beyond 2^53 keeps every digit', () => {
  assert.equal(toDecimal(fromDecimal('90071992547409931234.5678'), 4), '90071992547409931234.5678');
});

test('the average order of the known data rounds to the cent', () => {
  const average = over(fromDecimal('2059377.00'), fromCount(721));
  assert.equal(toDecimal(average!, 2), '2856.28');
});

test('halves round away from zero, on both sides', () => {
  assert.equal(toDecimal(fromDecimal('0.125'), 2), '0.13');
  assert.equal(toDecimal(fromDecimal('-0.125'), 2), '-0.13');
  assert.equal(toDecimal(fromDecimal('12.25'), 1), '12.3');
});

test('what rounds to zero carries no sign', () => {
  assert.equal(toDecimal(fromDecimal('-0.004'), 2), '0.00');
});

test('dividing by nothing is null, not Infinity', () => {
  assert.equal(over(fromCount(5), kZero), null);
  assert.equal(fraction(0n, 0n), null);
});

test('a negative divisor moves its sign up', () => {
  assert.deepEqual(over(fromCount(1), fromCount(-2)), { n: -1n, d: 2n });
});

test('comparison does not depend on the denominator', () => {
  assert.equal(compare(fromDecimal('0.50'), fraction(1n, 2n)!), 0);
  assert.equal(compare(fromDecimal('-1'), fromDecimal('0.1')), -1);
  assert.equal(compare(minus(fromDecimal('3'), fromDecimal('1')), fromDecimal('1.9999')), 1);
});

test('a float for drawing is close', () => {
  assert.equal(toFloat(fromDecimal('-1234.5')), -1234.5);
});

test('text that is not a decimal is refused', () => {
  for (const text of ['', '1e5', '1,000', 'NaN', ' 1', '.5', '1.']) assert.throws(() => fromDecimal(text), RangeError);
});
