// What the tiles count, whether in a bucket of time, in several, or in the whole range.

import type { Series, Totals } from '../api';
import { fromDecimal, kZero, plus, toDecimal } from '../number/fraction';

export type Measures = Omit<Totals, 'cart_adds'>;

export function measuresAt(series: Series, index: number): Measures {
  return measuresOf(series, index, index + 1);
}

/** The sum over the buckets from `first` to before `end`; every one of these numbers adds up over time. */
export function measuresOf(series: Series, first: number, end: number): Measures {
  const sum = (values: readonly number[]): number => values.slice(first, end).reduce((a, b) => a + b, 0);
  return {
    visits: sum(series.visits),
    page_views: sum(series.page_views),
    orders: sum(series.orders),
    revenue: toDecimal(series.revenue.slice(first, end).map(fromDecimal).reduce(plus, kZero), 4),
    visits_with_cart: sum(series.visits_with_cart),
    visits_with_purchase: sum(series.visits_with_purchase),
  };
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
    start: firsts.map((first) => series.start[first] ?? ''),
    visits: sums.map((sum) => sum.visits),
    page_views: sums.map((sum) => sum.page_views),
    orders: sums.map((sum) => sum.orders),
    revenue: sums.map((sum) => sum.revenue),
    visits_with_cart: sums.map((sum) => sum.visits_with_cart),
    visits_with_purchase: sums.map((sum) => sum.visits_with_purchase),
  };
}
