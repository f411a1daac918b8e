// The chosen number over time. The pointer, or the arrow keys, read exact values; a drag across the chart shows that
// span.

import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Overview } from '../api';
import { repaint } from '../shell/theme';
import { show } from '../state/store';
import { type Frame, type Reactions, alignedData, chartOptions, kChartHeight_px } from './chart_options';
import { ChartHover } from './chart_hover';
import type { Kpi } from './kpi';
import { type Timeline, lines, timeline } from './timeline';

export function Chart({ overview, kpi }: { overview: Overview; kpi: Kpi }) {
  const over = timeline(overview, kpi);
  const frame: Frame = { ...over, lines: lines(over), unit: kpi.unit, currency: overview.currency };
  const hovered = useSignal<number | null>(null);
  const { host, plot } = usePlot(frame, [overview, kpi], {
    onHover: (index) => (hovered.value = index),
    onSelect: (first, last) => showBuckets(over, overview.range.to, first, last),
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = stepped(hovered.value, event.key, over.start_ms.length);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    moveCursor(plot.current, next === null ? null : (over.start_ms[next] ?? null));
  };

  return (
    <div
      class="chart"
      role="group"
      tabIndex={0}
      aria-label={`${kpi.label} over time; the arrow keys read the values`}
      data-testid="chart"
      onKeyDown={onKeyDown}
      onBlur={() => moveCursor(plot.current, null)}
    >
      <div class="plot" ref={host} />
      <ChartHover index={hovered.value} timeline={over} kpi={kpi} overview={overview} plot={plot.current} />
    </div>
  );
}

/** Keeps one uPlot in the element: made once, given new data with each change, as wide as its element. */
function usePlot(frame: Frame, changes: readonly unknown[], reactions: Reactions) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ frame, reactions });
  latest.current = { frame, reactions };

  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    const options = chartOptions(element.clientWidth, () => latest.current.frame, {
      onHover: (index) => latest.current.reactions.onHover(index),
      onSelect: (first, last) => latest.current.reactions.onSelect(first, last),
    });
    const made = new uPlot(options, alignedData(latest.current.frame), element);
    plot.current = made;
    const follow = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: kChartHeight_px }));
    follow.observe(element);
    const unsubscribe = repaint.subscribe(() => made.redraw(false));
    return () => {
      unsubscribe();
      follow.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, []);

  useEffect(() => plot.current?.setData(alignedData(latest.current.frame)), changes);
  return { host, plot };
}

/** The bucket to read next; null puts the reading away, undefined is a key that means nothing here. */
function stepped(at: number | null, key: string, buckets: number): number | null | undefined {
  const last = buckets - 1;
  if (key === 'ArrowRight') return Math.min(last, (at ?? -1) + 1);
  if (key === 'ArrowLeft') return Math.max(0, (at ?? buckets) - 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  return key === 'Escape' && at !== null ? null : undefined;
}

function moveCursor(plot: uPlot | null, start_ms: number | null): void {
  const left = plot && start_ms !== null ? plot.valToPos(start_ms / 1000, 'x') : -10;
  plot?.setCursor({ left, top: start_ms === null ? -10 : 0 });
}

function showBuckets({ start_ms, bucket_ms }: Timeline, end: string, first: number, last: number): void {
  const [from_ms, last_ms] = [start_ms[first], start_ms[last]];
  if (from_ms === undefined || last_ms === undefined || first === last) return;
  show({ range: { from_ms, to_ms: Math.min(last_ms + bucket_ms, Date.parse(end)) } });
}
