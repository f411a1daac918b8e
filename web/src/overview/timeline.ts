// One number over time, ready to draw: the finished buckets, the unfinished tail, and the compared period on the same
// axis.

import type { Overview, Series } from '../api';
import { type Fraction, toFloat } from '../number/fraction';
import type { Kpi } from './kpi';
import { measuresAt } from './measures';
import { progress } from './progress';

export interface Timeline {
  readonly start_ms: readonly number[];
  readonly bucket_ms: number;
  readonly complete: number; // buckets that have ended
  readonly now: readonly (Fraction | null)[]; // null: not begun, before anything was stored, or without a value
  readonly before: readonly (Fraction | null)[] | null;
  readonly before_start_ms: readonly number[] | null;
}

export function timeline(overview: Overview, kpi: Kpi): Timeline {
  const { series, previous_series, range, stored } = overview;
  const { complete, begun } = progress(overview);
  const bucket_ms = range.bucket_seconds * 1000;
  const first_ms = stored ? Date.parse(stored.from) : -Infinity;
  const values = (of: Series): (Fraction | null)[] =>
    startsOf(of).map((start, index) => (start + bucket_ms > first_ms ? kpi.value(measuresAt(of, index)) : null));
  return {
    start_ms: startsOf(series),
    bucket_ms,
    complete,
    now: values(series).map((value, index) => (index < begun ? value : null)),
    before: previous_series && values(previous_series),
    before_start_ms: previous_series && startsOf(previous_series),
  };
}

function startsOf(series: Series): number[] {
  return series.start.map((start) => Date.parse(start));
}

export type Line = (number | null)[];

export interface Lines {
  readonly finished: Line;
  readonly tail: Line; // from the last finished bucket on; empty when all are finished
  readonly before: Line;
}

/** The timeline as floats, each line null where it is not drawn. */
export function lines({ now, before, complete }: Timeline): Lines {
  const floats = now.map((value) => value && toFloat(value));
  const unfinished = floats.slice(complete).some((value) => value !== null);
  return {
    finished: floats.map((value, index) => (index < complete ? value : null)),
    tail: floats.map((value, index) => (unfinished && index >= complete - 1 ? value : null)),
    before: floats.map((_, index) => {
      const value = before?.[index];
      return value ? toFloat(value) : null;
    }),
  };
}

/** The points of a line that have no neighbour, and would be invisible as a line. */
export function lonePoints(line: readonly (number | null | undefined)[]): number[] {
  const has = (index: number): boolean => (line[index] ?? null) !== null;
  return line.flatMap((_, index) => (has(index) && !has(index - 1) && !has(index + 1) ? [index] : []));
}
