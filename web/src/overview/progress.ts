// How far the shown range is known. A bucket that has not ended by complete_to is drawn as unfinished, one that has not
// begun is not drawn at all, and neither is ever compared with a whole one: that would read as a crash.

import type { Overview } from '../api';
import { type Measures, measuresOf } from './measures';

/** Of the buckets, the first `complete` have ended and the first `begun` have begun. */
export interface Progress {
  readonly complete: number;
  readonly begun: number;
}

export function progress({ series, range, complete_to }: Overview): Progress {
  const starts = series.start.map((start) => Date.parse(start));
  const all = starts.length;
  if (complete_to === null) return { complete: all, begun: all };
  const until_ms = Date.parse(complete_to);
  const end_ms = (index: number): number =>
    Math.min(starts[index + 1] ?? (starts[index] ?? 0) + range.bucket_seconds * 1000, Date.parse(range.to));
  const complete = starts.findIndex((_, index) => end_ms(index) > until_ms);
  const begun = starts.findIndex((start) => start >= until_ms);
  return { complete: complete < 0 ? all : complete, begun: begun < 0 ? all : begun };
}

export interface Comparison {
  readonly now: Measures;
  readonly before: Measures;
  /** Set while the range is still running: both sides are counted up to this time (of the range shown) only. */
  readonly until_ms: number | null;
}

/** The two sides of every change on the page, over equal lengths of time. */
export function comparison(overview: Overview): Comparison | null {
  const { totals, previous_totals, series, previous_series } = overview;
  if (!previous_totals) return null;
  const { complete } = progress(overview);
  if (complete === series.start.length) return { now: totals, before: previous_totals, until_ms: null };
  if (complete === 0 || !previous_series) return null;
  return {
    now: measuresOf(series, 0, complete),
    before: measuresOf(previous_series, 0, complete),
    until_ms: Date.parse(series.start[complete] ?? overview.range.to),
  };
}
