// A line of the size of a word: the value over time, its unfinished tail dashed, the compared period thin behind it.
// At this size a bucket without a value is passed over, where the chart shows a gap.

import type { Line, Lines } from './timeline';

const kWidth = 100;
const kHeight = 24;

export function Sparkline({ finished, tail, before }: Lines) {
  const values = [...finished, ...tail, ...before].filter((value) => value !== null);
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const last = Math.max(1, finished.length - 1);
  const x = (index: number): string => ((index / last) * kWidth).toFixed(2);
  const y = (value: number): string => (kHeight - ((value - low) / (high - low || 1)) * kHeight).toFixed(2);
  const path = (line: Line): string => pathThrough(points(line, x, y));
  return (
    <svg class="sparkline" viewBox={`0 -1 ${kWidth} ${kHeight + 2}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="spark-area" d={areaUnder(points(finished, x, y), y(0))} />
      <path class="spark-before" d={path(before)} />
      <path class="spark-tail" d={path(tail)} />
      <path class="spark-line" d={path(finished)} />
    </svg>
  );
}

type Scale = (value: number) => string;
type Point = readonly [x: string, y: string];

function points(line: Line, x: Scale, y: Scale): Point[] {
  return line.flatMap((value, index): Point[] => (value === null ? [] : [[x(index), y(value)]]));
}

function pathThrough(through: readonly Point[]): string {
  if (through.length === 0) return '';
  const dot = through.length === 1 ? 'h0' : ''; // no length, but round ends
  return `M${through.map(([x, y]) => `${x} ${y}`).join('L')}${dot}`;
}

function areaUnder(through: readonly Point[], ground: string): string {
  const [first, last] = [through[0], through[through.length - 1]];
  return first && last ? `${pathThrough(through)}L${last[0]} ${ground}L${first[0]} ${ground}Z` : '';
}
