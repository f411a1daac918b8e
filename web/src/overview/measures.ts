// What the tiles count, whether in a bucket of time, in several, or in the whole range.

import { type CountName, type Series, type Totals, kCounts } from '../api';
import { fromDecimal, kZero, plus, toDecimal } from '../number/fraction';

export type Measures = Totals;

export function measuresAt(series: Series, index: number): Measures {
  return measuresOf(series, index, index + 1);
}

/** The sum over the buckets from `first` to before `end`; every one of these numbers adds up over time. */
export function measuresOf(series: Series, first: number, end: number): Measures {
  const sum = (values: readonly number[]): number => values.slice(first, end).reduce((a, b) => a + b, 0);
  return {
    ...byName((name) => sum(series[name])),
    revenue: toDecimal(series.revenue.slice(first, end).map(fromDecimal).reduce(plus, kZero), 4),
  };
}

function byName<Value>(value: (name: CountName) => Value): Record<CountName, Value> {
  return Object.fromEntries(kCounts.map((name) => [name, value(name)])) as Record<CountName, Value>;
}

const kFactors = [1, 2, 3, 4, 6, 7, 8, 12, 24, 28];

/** The same series in fewer buckets, for where there is little room to draw. */
export function coarser<
  Of extends { series: Series; previous_series: Series | null; range: { bucket_seconds: number } },
>(of: Of, most: number): Of {
  const needed = of.series.start.length / most;
  const factor = kFactors.find((candidate) => candidate >= needed) ?? Math.ceil(needed);
  if (factor === 1) return of;
  return {
    ...of,
    range: { ...of.range, bucket_seconds: of.range.bucket_seconds * factor },
    series: joined(of.series, factor),
    previous_series: of.previous_series && joined(of.previous_series, factor),
  };
}

function joined(series: Series, factor: number): Series {
  const firsts = series.start.map((_, index) => index).filter((index) => index % factor === 0);
  const sums = firsts.map((first) => measuresOf(series, first, first + factor));
  return {
    ...byName((name) => sums.map((sum) => sum[name])),
    start: firsts.map((first) => series.start[first] ?? ''),
    revenue: sums.map((sum) => sum.revenue),
  };
}
