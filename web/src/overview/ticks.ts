// Where the chart's gridlines and labels stand.

import type { Unit } from '../number/format';
import {
  clock,
  clockWithSeconds,
  dayMonth,
  kDay_ms,
  kHour_ms,
  kMinute_ms,
  monthYear,
  span,
  weekdayDate,
} from '../time/utc';

const kSteps = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const kIntervals = 4;

/** Five round values from at most `low` to at least `high`; always includes zero. Counts get whole numbers. */
export function valueTicks(low: number, high: number, unit: Unit): number[] {
  const [bottom, top] = [Math.min(low, 0), Math.max(high, 0)];
  const wanted = (top - bottom) / kIntervals || (unit === 'share' ? 0.25 : 1);
  for (let power = 10 ** Math.floor(Math.log10(wanted)); ; power *= 10) {
    for (const factor of kSteps) {
      const step = factor * power;
      if (step < wanted * (1 - 1e-9) || (unit === 'count' && !Number.isInteger(step))) continue;
      const first = Math.floor(bottom / step + 1e-9);
      const last = Math.max(Math.ceil(top / step - 1e-9), first + 1);
      if (last - first > kIntervals + 1) continue;
      const end = bottom === 0 ? kIntervals : last;
      return Array.from({ length: end - first + 1 }, (_, index) => tidy((first + index) * step));
    }
  }
}

function tidy(value: number): number {
  return Number(value.toPrecision(12)) || 0;
}

const kStrides: readonly (readonly [number, readonly number[]])[] = [
  [kMinute_ms, [1, 2, 5, 10, 15, 30]],
  [kHour_ms, [1, 2, 3, 4, 6, 12]],
  [kDay_ms, [1, 2, 3, 7, 14, 28, 56, 91, 182, 364]],
];

/** How far apart the labels stand, for at most `most` of them: a round time. */
export function timeStride(start_ms: readonly number[], bucket_ms: number, most: number): number {
  const length_ms = start_ms.length * bucket_ms;
  const round = kStrides.flatMap(([unit, factors]) => factors.map((factor) => unit * factor));
  return (
    round.find((stride) => stride >= bucket_ms && stride % bucket_ms === 0 && length_ms / stride <= most) ??
    Math.ceil(start_ms.length / most) * bucket_ms
  );
}

/** The starts of the buckets that get a label: round times of the day, or every so many days from the first midnight. */
export function timeTicks(start_ms: readonly number[], stride: number): number[] {
  const midnight = start_ms.find((start) => start % kDay_ms === 0);
  const origin = stride < kDay_ms ? 0 : (midnight ?? start_ms[0] ?? 0);
  return start_ms.filter((start) => (start - origin) % stride === 0);
}

/** The label of such a time: the day where labels are days or a day begins, the clock within it. */
export function timeTickLabel(time_ms: number, stride: number): string {
  if (stride > 90 * kDay_ms) return monthYear(time_ms);
  return stride >= kDay_ms || time_ms % kDay_ms === 0 ? dayMonth(time_ms) : clock(time_ms);
}

/** What a bucket covers, for reading: "Mon 8 Jul 2024", "1–7 Jul 2024", or "Mon 8 Jul 2024, 09:00–10:00". */
export function bucketLabel(start_ms: number, bucket_ms: number): string {
  if (bucket_ms > kDay_ms) return span(start_ms, start_ms + bucket_ms);
  if (bucket_ms === kDay_ms) return weekdayDate(start_ms);
  const time = bucket_ms % kMinute_ms === 0 ? clock : clockWithSeconds;
  return `${weekdayDate(start_ms)}, ${time(start_ms)}–${time(start_ms + bucket_ms)}`;
}
