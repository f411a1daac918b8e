// How numbers look. Everything here takes exact values and returns text; rounding happens here and nowhere else.

import { type Fraction, absolute, compare, fromCount, fromDecimal, minus, over, times, toDecimal } from './fraction';

export type Unit = 'count' | 'money' | 'share';

const kThinSpace = '\u202f';
const kMinus = '\u2212';
/** What stands where there is no value, such as the conversion of no visits. */
export const kNoValue = '–';

function grouped(decimal: string): string {
  const [whole = '', part] = decimal.replace('-', '').split('.');
  const sign = decimal.startsWith('-') ? kMinus : '';
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return sign + groups + (part === undefined ? '' : `.${part}`);
}

export function count(value: number | Fraction): string {
  return grouped(toDecimal(typeof value === 'number' ? fromCount(value) : value, 0));
}

/** "1 visit", "2,821 visits". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const kCurrencyShown = 6;

interface CurrencyStyle {
  readonly prefix: string;
  readonly places: number;
}

const currencyStyles = new Map<string, CurrencyStyle>();

function currencyStyle(currency: string | null): CurrencyStyle {
  const key = currency ?? '';
  const known = currencyStyles.get(key);
  if (known) return known;
  const style = makeCurrencyStyle(key);
  currencyStyles.set(key, style);
  return style;
}

function makeCurrencyStyle(currency: string): CurrencyStyle {
  if (!/^[A-Z]{3}$/.test(currency)) return { prefix: currency && `${cut(currency)}${kThinSpace}`, places: 2 };
  const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  const symbol = format.formatToParts(0).find((part) => part.type === 'currency')?.value ?? currency;
  const prefix = /[A-Za-z]$/.test(symbol) ? `${symbol}${kThinSpace}` : symbol;
  return { prefix, places: format.resolvedOptions().maximumFractionDigits ?? 2 };
}

/** A name that is no currency code may be of any length. */
function cut(name: string): string {
  return name.length > kCurrencyShown ? `${name.slice(0, kCurrencyShown)}…` : name;
}

function withCurrency(digits: string, prefix: string): string {
  return digits.startsWith(kMinus) ? kMinus + prefix + digits.slice(1) : prefix + digits;
}

/** Money to the currency's own smallest unit: "$1,695,685.66". */
export function money(value: Fraction, currency: string | null): string {
  const { prefix, places } = currencyStyle(currency);
  return withCurrency(grouped(toDecimal(value, places)), prefix);
}

/** Money with every digit that was sent: "$1.2345", "$20.00". */
export function moneyExact(decimal: string, currency: string | null): string {
  const { prefix, places } = currencyStyle(currency);
  const sent = (decimal.split('.')[1] ?? '').replace(/0+$/, '').length;
  return withCurrency(grouped(toDecimal(fromDecimal(decimal), Math.max(sent, places))), prefix);
}

/** The figure of a tile: without the cents where they would be noise, shortened where it would not fit. */
export function moneyHeadline(value: Fraction, currency: string | null): string {
  const size = absolute(value);
  if (compare(size, fromCount(1e7)) >= 0) return withCurrency(shortened(value, 2), currencyStyle(currency).prefix);
  if (compare(size, fromCount(1e4)) < 0) return money(value, currency);
  return withCurrency(grouped(toDecimal(value, 0)), currencyStyle(currency).prefix);
}

export function countHeadline(value: Fraction): string {
  return compare(absolute(value), fromCount(1e6)) < 0 ? count(value) : shortened(value, 2);
}

export function share(value: Fraction, places = 1): string {
  const whole = value.n === 0n || value.n === value.d; // none and all need no decimals
  return grouped(toDecimal(times(value, 100n), whole ? 0 : places)) + kThinSpace + '%';
}

const kScales: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** "12.35M", "53k": at most `places` decimals, none that say nothing. */
function shortened(value: Fraction, places: number): string {
  for (const [size, letter] of kScales) {
    if (compare(absolute(value), fromCount(size)) < 0) continue;
    return grouped(withoutIdleZeros(toDecimal({ n: value.n, d: value.d * BigInt(size) }, places))) + letter;
  }
  return grouped(withoutIdleZeros(toDecimal(value, places)));
}

function withoutIdleZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

/** A value in its unit, for a tile. */
export function headline(value: Fraction | null, unit: Unit, currency: string | null): string {
  if (!value) return kNoValue;
  if (unit === 'money') return moneyHeadline(value, currency);
  return unit === 'share' ? share(value) : countHeadline(value);
}

/** A value in its unit, in full. */
export function inFull(value: Fraction | null, unit: Unit, currency: string | null): string {
  if (!value) return kNoValue;
  if (unit === 'money') return money(value, currency);
  return unit === 'share' ? share(value, 2) : count(value);
}

/** A label of the chart's axis; `value` comes from drawing, so a float is all there is. */
export function axisLabel(value: number, unit: Unit, currency: string | null): string {
  const exact = fromDecimal(value.toFixed(4));
  if (unit === 'share') return share(exact, value !== 0 && Math.abs(value) < 0.02 ? 1 : 0);
  const digits = shortened(exact, 1);
  return unit === 'money' ? withCurrency(digits, currencyStyle(currency).prefix) : digits;
}

export interface Change {
  readonly direction: 'up' | 'down' | 'same';
  readonly text: string; // signed, with its unit: "+12.4 %", "−1.2 pt"
}

/** From `before` to `now`: relative for counts and money, in percentage points for shares. */
export function change(now: Fraction | null, before: Fraction | null, unit: Unit): Change | null {
  if (!now || !before) return null;
  const difference = minus(now, before);
  const moved = unit === 'share' ? difference : over(difference, absolute(before));
  if (!moved) return null;
  const percent = toDecimal(times(moved, 100n), compare(absolute(moved), fromCount(1)) < 0 ? 1 : 0);
  const suffix = kThinSpace + (unit === 'share' ? 'pt' : '%');
  if (Number(percent) === 0) return { direction: 'same', text: `±0${suffix}` };
  const down = percent.startsWith('-');
  return { direction: down ? 'down' : 'up', text: (down ? '' : '+') + grouped(percent) + suffix };
}
