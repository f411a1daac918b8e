// The numbers, each with its change and its course; the chosen one is what the chart below shows.

import type { Overview } from '../api';
import { toDecimal } from '../number/fraction';
import { type Change, change, headline, inFull, moneyExact } from '../number/format';
import { show, view } from '../state/store';
import { clock, date, span } from '../time/utc';
import { type Kpi, chosenKpi, kVisitKpis, kpisOf } from './kpi';
import { coarser } from './measures';
import { type Comparison, comparison } from './progress';
import { Sparkline } from './sparkline';
import { lines, timeline } from './timeline';

const kSparklinePoints = 32;
const kExactPlaces = { count: 0, money: 4, share: 6 };

export function KpiRow({ overview }: { overview: Overview }) {
  const sides = comparison(overview);
  const small = coarser(overview, kSparklinePoints);
  const kpis = kpisOf(overview.has);
  return (
    <div {...kpiGrid(kpis)} role="group" aria-label="Numbers; the chosen one is drawn below">
      {kpis.map((kpi) => (
        <KpiCell key={kpi.id} kpi={kpi} overview={overview} small={small} sides={sides} />
      ))}
    </div>
  );
}

const kColumnsMost = 7;

/** The seven numbers of visits have a grid made for them; others share rows of equal length. */
function kpiGrid(kpis: readonly Kpi[]) {
  if (kpis.every((kpi, index) => kpi === kVisitKpis[index]) && kpis.length === kVisitKpis.length)
    return { class: 'kpis' };
  const columns = Math.ceil(kpis.length / Math.ceil(kpis.length / kColumnsMost));
  return { class: 'kpis any', style: { '--columns': String(columns) } };
}

interface CellProps {
  readonly kpi: Kpi;
  readonly overview: Overview;
  readonly small: Overview; // the same with few enough buckets for a sparkline
  readonly sides: Comparison | null;
}

function KpiCell({ kpi, overview, small, sides }: CellProps) {
  const { totals, currency } = overview;
  const value = kpi.value(totals);
  const moved = sides && change(kpi.value(sides.now), kpi.value(sides.before), kpi.unit);
  const hover = [exactly(kpi, overview), kpi.from?.(totals, currency), sides && against(kpi, overview, sides, moved)];
  return (
    <button
      type="button"
      class="kpi"
      aria-pressed={chosenKpi(overview.has, view.value.kpi) === kpi}
      title={hover.filter(Boolean).join('\n')}
      data-testid={`kpi-${kpi.id}`}
      onClick={() => show({ kpi: kpi.id })}
    >
      <span class="kpi-label">{kpi.label}</span>
      <data class="kpi-value" value={value ? toDecimal(value, kExactPlaces[kpi.unit]) : ''}>
        {headline(value, kpi.unit, currency)}
      </data>
      <span class="kpi-foot">
        {sides && <ChangeMark moved={moved} better={kpi.better} />}
        <Sparkline {...lines(timeline(small, kpi))} />
      </span>
    </button>
  );
}

const kArrows = { up: '▲', down: '▼', same: '' };

function ChangeMark({ moved, better }: { moved: Change | null; better: Kpi['better'] }) {
  if (!moved) return <span class="change">new</span>;
  const { direction, text } = moved;
  const good = (direction === 'up') === (better === 'more');
  const verdict = direction === 'same' || better === 'neither' ? '' : good ? 'good' : 'bad';
  return (
    <span class={`change ${verdict}`} data-testid="change">
      <span class="arrow" aria-hidden="true">
        {kArrows[direction]}
      </span>
      {text}
      {verdict && <span class="offscreen">{good ? ', better' : ', worse'}</span>}
    </span>
  );
}

function exactly({ id, unit, value, label }: Kpi, { totals, currency }: Overview): string {
  return `${label}: ${id === 'revenue' ? moneyExact(totals.revenue, currency) : inFull(value(totals), unit, currency)}`;
}

/** "+12.4 % against $1,000.00 in 24–30 Jun 2024", with the time up to which a running range is compared. */
function against(
  kpi: Kpi,
  { previous, currency }: Overview,
  { now, before, until_ms }: Comparison,
  moved: Change | null,
): string {
  const period = previous ? span(Date.parse(previous.from), Date.parse(previous.to)) : 'the period before';
  const then = inFull(kpi.value(before), kpi.unit, currency);
  const change = moved ? `${moved.text} against ${then}` : `${then} before`;
  if (until_ms === null) return `${change} in ${period}`;
  const until = `${date(until_ms)}, ${clock(until_ms)} UTC`;
  return `${change} in the same time of ${period}\n(compared up to ${until}: ${inFull(kpi.value(now), kpi.unit, currency)})`;
}
