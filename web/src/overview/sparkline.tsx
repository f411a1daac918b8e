// A line of the size of a word: the value over time, its unfinished tail dashed, the compared period thin behind it.

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
  return (
    <svg class="sparkline" viewBox={`0 -1 ${kWidth} ${kHeight + 2}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="spark-area" d={area(finished, x, y)} />
      <path class="spark-before" d={path(before, x, y)} />
      <path class="spark-tail" d={path(tail, x, y)} />
      <path class="spark-line" d={path(finished, x, y)} />
    </svg>
  );
}

const kDot = 'h0'; // no length, but round ends

type Scale = (value: number) => string;

function path(line: Line, x: Scale, y: Scale): string {
  return strokes(line)
    .map((points) => `M${points.map(([index, value]) => `${x(index)} ${y(value)}`).join('L')}${points.length === 1 ? kDot : ''}`)
    .join('');
}

function area(line: Line, x: Scale, y: Scale): string {
  return strokes(line)
    .map((points) => {
      const [first, last] = [points[0]?.[0] ?? 0, points[points.length - 1]?.[0] ?? 0];
      const top = points.map(([index, value]) => `${x(index)} ${y(value)}`).join('L');
      return `M${x(first)} ${y(0)}L${top}L${x(last)} ${y(0)}Z`;
    })
    .join('');
}

/** The runs of a line between its gaps. */
function strokes(line: Line): [number, number][][] {
  const runs: [number, number][][] = [];
  line.forEach((value, index) => {
    if (value === null) return;
    if (index === 0 || line[index - 1] === null) runs.push([]);
    runs[runs.length - 1]?.push([index, value]);
  });
  return runs;
}
