// The page before its first numbers: still, and of the size that it will have.

import { kVisitKpis } from './kpi';

const kTiles = [
  ['half', 'Funnel'],
  ['half', 'Top products'],
  ['third', 'Visits by page'],
  ['third', 'Sales by category'],
  ['third', 'Visits by device'],
] as const;

export function Skeleton() {
  return (
    <div class="tiles" aria-busy="true" data-testid="skeleton">
      <section class="card series-card">
        <div class="kpis">
          {kVisitKpis.map(({ id, label }) => (
            <div class="kpi" key={id}>
              <span class="kpi-label">{label}</span>
              <span class="blank kpi-value" />
              <span class="kpi-foot" />
            </div>
          ))}
        </div>
        <div class="chart-head" />
        <div class="chart" />
      </section>
      {kTiles.map(([size, title]) => (
        <section class={`card tile ${size}`} key={title}>
          <header class="tile-head">
            <h2>{title}</h2>
          </header>
          <div class="blank-rows" />
        </section>
      ))}
    </div>
  );
}
