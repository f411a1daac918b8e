// Exact numbers. Money arrives as a decimal string and ratios are made from whole numbers, so every number the page
// shows is a fraction of two BigInts, rounded once, when it is written. Floats exist only for drawing (toFloat).

export interface Fraction {
  readonly n: bigint;
  readonly d: bigint; // > 0
}

/** n / d, or null where there is nothing to divide by. */
export function fraction(n: bigint, d: bigint): Fraction | null {
  if (d === 0n) return null;
  return d < 0n ? { n: -n, d: -d } : { n, d };
}

export function fromCount(count: number): Fraction {
  return { n: BigInt(Math.trunc(count)), d: 1n };
}

const kDecimal = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Reads "2059377.00"; anything that is not a plain decimal is a broken answer and throws. */
export function fromDecimal(text: string): Fraction {
  const match = kDecimal.exec(text);
  if (!match) throw new RangeError(`not a decimal number: "${text}"`);
  const [, sign, whole, part = ''] = match;
  const n = BigInt(whole + part);
  return { n: sign ? -n : n, d: 10n ** BigInt(part.length) };
}

export const kZero: Fraction = { n: 0n, d: 1n };

export function plus(a: Fraction, b: Fraction): Fraction {
  return a.d === b.d ? { n: a.n + b.n, d: a.d } : { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { n: -b.n, d: b.d });
}

export function over(a: Fraction, b: Fraction): Fraction | null {
  return fraction(a.n * b.d, a.d * b.n);
}

export function times(a: Fraction, factor: bigint): Fraction {
  return { n: a.n * factor, d: a.d };
}

export function absolute(a: Fraction): Fraction {
  return a.n < 0n ? { n: -a.n, d: a.d } : a;
}

/** -1, 0 or 1, as for Array.sort. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The value with exactly `places` decimals, halves rounded away from zero: "-2.50". */
export function toDecimal(a: Fraction, places: number): string {
  const scaled = absolute(times(a, 10n ** BigInt(places)));
  const rounded = (2n * scaled.n + scaled.d) / (2n * scaled.d);
  const digits = rounded.toString().padStart(places + 1, '0');
  const sign = a.n < 0n && rounded !== 0n ? '-' : '';
  if (places === 0) return sign + digits;
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** For drawing only. */
export function toFloat(a: Fraction): number {
  const whole = a.n / a.d;
  return Number(whole) + Number(a.n % a.d) / Number(a.d);
}
