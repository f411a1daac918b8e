// The head of the screen: the seven numbers, and the chosen one over time.

import type { Overview } from '../api';
import { TileMenu } from '../parts/tile_menu';
import { view } from '../state/store';
import { span } from '../time/utc';
import { Chart } from './chart';
import { seriesExports } from './exports';
import { chosenKpi } from './kpi';
import { KpiRow } from './kpi_row';
import { progress } from './progress';

export function SeriesCard({ overview }: { overview: Overview }) {
  const kpi = chosenKpi(overview.has, view.value.kpi);
  if (!kpi) return null;
  return (
    <section class="card series-card" aria-label="Numbers over time" data-testid="series">
      <KpiRow overview={overview} />
      <header class="chart-head">
        <h2>{kpi.label}</h2>
        <Legend overview={overview} />
        <TileMenu of={kpi.label} exports={seriesExports(overview)} />
      </header>
      <Chart overview={overview} kpi={kpi} />
    </section>
  );
}

function Legend({ overview }: { overview: Overview }) {
  const { range, previous, previous_series } = overview;
  const { complete, begun } = progress(overview);
  return (
    <ul class="legend">
      <li class="now">
        <span class="swatch" aria-hidden="true" />
        {span(Date.parse(range.from), Date.parse(range.to))}
      </li>
      {previous && previous_series && (
        <li class="before">
          <span class="swatch" aria-hidden="true" />
          {span(Date.parse(previous.from), Date.parse(previous.to))}
        </li>
      )}
      {begun > complete && (
        <li class="tail">
          <span class="swatch" aria-hidden="true" />
          not complete yet
        </li>
      )}
    </ul>
  );
}
