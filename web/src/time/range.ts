// The range of time that the page shows: a preset that moves with the clock, or two fixed times. In the page's
// address it is one parameter: range=7d, or range=2024-07-01..2024-07-07 (both days included), or with times of day,
// range=2024-07-01T09:00..2024-07-01T12:00 (the end excluded).

import { date, isoDay, kDay_ms, span, startOfDay } from './utc';

export type Preset = 'today' | 'yesterday' | '7d' | '30d' | 'all';
export type Range = Preset | { readonly from_ms: number; readonly to_ms: number };

export const kPresets: readonly (readonly [Preset, string])[] = [
  ['today', 'Today'],
  ['yesterday', 'Yesterday'],
  ['7d', 'Last 7 days'],
  ['30d', 'Last 30 days'],
  ['all', 'All time'],
];

export interface Bounds {
  readonly from_ms: number;
  readonly to_ms: number; // excluded
}

/** What the range means at this moment; null is all that is stored. The days of a preset include today. */
export function bounds(range: Range, now_ms: number): Bounds | null {
  const today = startOfDay(now_ms);
  const tomorrow = today + kDay_ms;
  switch (range) {
    case 'all':
      return null;
    case 'today':
      return { from_ms: today, to_ms: tomorrow };
    case 'yesterday':
      return { from_ms: today - kDay_ms, to_ms: today };
    case '7d':
      return { from_ms: tomorrow - 7 * kDay_ms, to_ms: tomorrow };
    case '30d':
      return { from_ms: tomorrow - 30 * kDay_ms, to_ms: tomorrow };
    default:
      return range;
  }
}

/** The range of whole days from the first to the last, both included. */
export function dayRange(first: string, last: string): Range | null {
  return parseRange(`${first}..${last}`);
}

export function rangeLabel(range: Range): string {
  if (typeof range !== 'string') return span(range.from_ms, range.to_ms);
  return kPresets.find(([preset]) => preset === range)?.[1] ?? range;
}

/** What a preset stands for right now: "1–7 Jul 2024". */
export function rangeHint(range: Range, now_ms: number): string {
  const span_ms = bounds(range, now_ms);
  if (!span_ms) return 'all that is stored';
  return span_ms.to_ms - span_ms.from_ms === kDay_ms ? date(span_ms.from_ms) : span(span_ms.from_ms, span_ms.to_ms);
}

export function formatRange(range: Range): string {
  if (typeof range === 'string') return range;
  const { from_ms, to_ms } = range;
  if (startOfDay(from_ms) === from_ms && startOfDay(to_ms) === to_ms) {
    return `${isoDay(from_ms)}..${isoDay(to_ms - kDay_ms)}`;
  }
  return `${timeOfDay(from_ms)}..${timeOfDay(to_ms)}`;
}

function timeOfDay(time_ms: number): string {
  return new Date(time_ms).toISOString().slice(0, 19).replace(/:00$/, '');
}

const kDay = /^\d{4}-\d{2}-\d{2}$/;
const kTimeOfDay = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

export function parseRange(text: string): Range | null {
  const preset = kPresets.find(([name]) => name === text);
  if (preset) return preset[0];
  const [from = '', to = '', ...more] = text.split('..');
  if (more.length > 0) return null;
  if (kDay.test(from) && kDay.test(to)) return checked(Date.parse(from), Date.parse(to) + kDay_ms);
  if (kTimeOfDay.test(from) && kTimeOfDay.test(to)) return checked(Date.parse(`${from}Z`), Date.parse(`${to}Z`));
  return null;
}

function checked(from_ms: number, to_ms: number): Range | null {
  return from_ms < to_ms ? { from_ms, to_ms } : null; // false for NaN too
}
