// The look and the behaviour of the time series, in uPlot's terms. Colours come from the style sheet and are read
// anew for each drawing, so that a change of theme is one redraw.

import type uPlot from 'uplot';
import { type Unit, axisLabel } from '../number/format';
import { timeStride, timeTickLabel, timeTicks, valueTicks } from './ticks';
import { type Lines, lonePoints } from './timeline';

export const kChartHeight_px = 244;

/** What the options read while they draw; replaced with each change of the data. */
export interface Frame {
  readonly start_ms: readonly number[];
  readonly bucket_ms: number;
  readonly complete: number;
  readonly lines: Lines;
  readonly unit: Unit;
  readonly currency: string | null;
}

export interface Reactions {
  readonly onHover: (index: number | null) => void;
  readonly onSelect: (first: number, last: number) => void; // bucket indexes
}

const kFont = '11px system-ui, sans-serif';
const kLabelEvery_px = 68;
export const kSeries = { before: 1, finished: 2, tail: 3 } as const;

export function alignedData({ start_ms, lines }: Frame): uPlot.AlignedData {
  return [start_ms.map((start) => start / 1000), lines.before, lines.finished, lines.tail];
}

export function chartOptions(width_px: number, frame: () => Frame, reactions: Reactions): uPlot.Options {
  return {
    width: width_px,
    height: kChartHeight_px,
    padding: [8, 0, 0, 20],
    legend: { show: false },
    cursor: cursor(frame, reactions),
    scales: { x: { range: () => timeRange(frame()) }, y: { range: () => valueRange(frame()) } },
    axes: [timeAxis(frame), valueAxis(frame)],
    series: [{}, beforeSeries(), finishedSeries(frame), tailSeries()],
    hooks: {
      setCursor: [({ cursor: { idx } }) => reactions.onHover(idx ?? null)],
      setSelect: [(plot) => selected(plot, reactions)],
    },
  };
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function timeRange({ start_ms, bucket_ms }: Frame): uPlot.Range.MinMax {
  const [first = 0, last = first] = [start_ms[0], start_ms[start_ms.length - 1]];
  const margin_ms = first === last ? bucket_ms / 2 : 0;
  return [(first - margin_ms) / 1000, (last + margin_ms) / 1000];
}

function ticksOf({ lines, unit }: Frame): number[] {
  const values = [...lines.before, ...lines.finished, ...lines.tail].filter((value) => value !== null);
  return valueTicks(Math.min(0, ...values), Math.max(0, ...values), unit);
}

function valueRange(frame: Frame): uPlot.Range.MinMax {
  const ticks = ticksOf(frame);
  return [ticks[0] ?? 0, ticks[ticks.length - 1] ?? 1];
}

function timeAxis(frame: () => Frame): uPlot.Axis {
  return {
    stroke: () => colour('--muted'),
    font: kFont,
    size: 34,
    gap: 10,
    grid: { show: false },
    ticks: { show: false },
    splits: (plot) => timeTicks(frame().start_ms, stride(plot, frame())).map((time) => time / 1000),
    values: (plot, splits) =>
      splits.map((time) => whole(plot, time, timeTickLabel(time * 1000, stride(plot, frame())))),
  };
}

const kLetter_px = 6.5;
const kMargin_px = 20; // before the first bucket

/** A label that would begin beyond the left edge is left out. */
function whole(plot: uPlot, time: number, label: string): string {
  return plot.valToPos(time, 'x') + kMargin_px < (label.length * kLetter_px) / 2 ? '' : label;
}

function stride({ width }: uPlot, { start_ms, bucket_ms }: Frame): number {
  return timeStride(start_ms, bucket_ms, Math.max(2, Math.min(12, Math.floor(width / kLabelEvery_px))));
}

function valueAxis(frame: () => Frame): uPlot.Axis {
  return {
    side: 1,
    stroke: () => colour('--muted'),
    font: kFont,
    size: 60,
    gap: 10,
    grid: { stroke: () => colour('--line'), width: 1 },
    ticks: { show: false },
    splits: () => ticksOf(frame()),
    values: (_, splits) => splits.map((value) => axisLabel(value, frame().unit, frame().currency)),
  };
}

function beforeSeries(): uPlot.Series {
  return { stroke: () => colour('--before'), width: 1.2, points: pointsAt(lonePoints, '--before') };
}

function finishedSeries(frame: () => Frame): uPlot.Series {
  const dots = (line: readonly (number | null | undefined)[]): number[] => {
    const { complete, lines } = frame();
    const hangsOn = lines.tail[complete - 1] ?? null;
    return hangsOn === null ? lonePoints(line) : [...new Set([...lonePoints(line), complete - 1])];
  };
  return {
    stroke: () => colour('--accent'),
    width: 1.6,
    fill: () => colour('--accent-fill'),
    points: pointsAt(dots, '--accent'),
  };
}

function tailSeries(): uPlot.Series {
  return { stroke: () => colour('--accent'), width: 1.6, dash: [3, 4], points: pointsAt(lonePoints, '--accent') };
}

type Choose = (line: readonly (number | null | undefined)[]) => number[];

function pointsAt(choose: Choose, name: string): uPlot.Series.Points {
  return {
    show: true,
    size: 6,
    width: 0,
    fill: () => colour(name),
    filter: (plot, series) => choose(plot.data[series] as (number | null | undefined)[]),
  };
}

function cursor(frame: () => Frame, { onHover }: Reactions): uPlot.Cursor {
  return {
    y: false,
    drag: { x: true, y: false, setScale: false, dist: 8 },
    points: { size: 7, width: 0, fill: (_, series) => colour(series === kSeries.before ? '--before' : '--accent') },
    move: (plot, left, top) => [snapped(plot, frame(), left), top],
    bind: {
      mouseleave: (_, __, handler) => (event) => {
        onHover(null);
        return handler(event);
      },
    },
  };
}

/** The cursor stands on buckets, not between them. */
function snapped(plot: uPlot, { start_ms }: Frame, left: number): number {
  if (left < 0) return left;
  const start = start_ms[plot.posToIdx(left)];
  return start === undefined ? left : plot.valToPos(start / 1000, 'x');
}

function selected(plot: uPlot, { onSelect }: Reactions): void {
  const { left, width } = plot.select;
  if (width <= 0) return;
  onSelect(plot.posToIdx(left), plot.posToIdx(left + width));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}
