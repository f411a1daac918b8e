// What stands beside the cursor: the exact value of the bucket, that of the compared period, and both their times.

import type uPlot from 'uplot';
import type { Overview } from '../api';
import { change, inFull } from '../number/format';
import { clockWithSeconds } from '../time/utc';
import type { Kpi } from './kpi';
import { bucketLabel } from './ticks';
import type { Timeline } from './timeline';

interface Props {
  readonly index: number | null;
  readonly timeline: Timeline;
  readonly kpi: Kpi;
  readonly overview: Overview;
  readonly plot: uPlot | null;
}

export function ChartHover({ index, timeline, kpi, overview, plot }: Props) {
  const start_ms = index === null ? undefined : timeline.start_ms[index];
  if (index === null || start_ms === undefined || !plot) return <div class="hover" role="status" hidden />;
  const { now, before, before_start_ms, bucket_ms, complete } = timeline;
  const before_ms = before_start_ms?.[index];
  const [value, then] = [now[index] ?? null, before?.[index] ?? null];
  const moved = index < complete ? change(value, then, kpi.unit) : null;
  return (
    <div class="hover" role="status" style={{ transform: place(plot, start_ms) }} data-testid="chart-hover">
      <Line
        kind="now"
        time={bucketLabel(start_ms, bucket_ms)}
        value={inFull(value, kpi.unit, overview.currency)}
        extra={moved?.text}
      />
      {before && before_ms !== undefined && (
        <Line
          kind="before"
          time={bucketLabel(before_ms, bucket_ms)}
          value={inFull(then, kpi.unit, overview.currency)}
        />
      )}
      {index >= complete && <p class="hover-note">{unfinished(overview.complete_to, start_ms)}</p>}
    </div>
  );
}

function Line({
  kind,
  time,
  value,
  extra,
}: {
  kind: 'now' | 'before';
  time: string;
  value: string;
  extra?: string | undefined;
}) {
  return (
    <p class={`hover-line ${kind}`}>
      <span class="swatch" aria-hidden="true" />
      <span class="hover-time">{time}</span>
      <span class="hover-value">{value}</span>
      <span class="hover-extra">{extra}</span>
    </p>
  );
}

function unfinished(complete_to: string | null, start_ms: number): string {
  const until_ms = complete_to === null ? null : Date.parse(complete_to);
  if (until_ms === null || until_ms <= start_ms) return 'nothing known yet';
  return `not complete: known up to ${clockWithSeconds(until_ms)} UTC`;
}

const kGap_px = 14;

/** Beside the cursor, on the side with more room. */
function place(plot: uPlot, start_ms: number): string {
  const { left, width } = plot.over.getBoundingClientRect();
  const host = plot.root.getBoundingClientRect().left;
  const at = plot.valToPos(start_ms / 1000, 'x');
  const x = left - host + at;
  return at < width / 2 ? `translate(${x + kGap_px}px, 8px)` : `translate(calc(${x - kGap_px}px - 100%), 8px)`;
}
