// From a visit to a cart to a purchase. Behind each step stands the ghost of the step before; a click keeps only the
// visits that came this far.

import type { Overview, Totals } from '../api';
import { fraction, toFloat } from '../number/fraction';
import { count, kNoValue, share } from '../number/format';
import { Tile } from '../parts/tile';
import type { Step } from '../state/dimensions';
import { dropFilter, toggleFilter, view } from '../state/store';
import { filterValue } from '../state/view';
import { totalsExports } from './exports';

interface Stage {
  readonly id: 'visits' | Step;
  readonly label: string;
  readonly visits: number;
}

function stages(totals: Totals): Stage[] {
  return [
    { id: 'visits', label: 'Visits', visits: totals.visits },
    { id: 'cart', label: 'Added to cart', visits: totals.visits_with_cart },
    { id: 'purchase', label: 'Bought', visits: totals.visits_with_purchase },
  ];
}

export function Funnel({ overview }: { overview: Overview }) {
  const all = stages(overview.totals);
  const chosen = filterValue(view.value, 'step');
  return (
    <Tile title="Funnel" measure="visits" exports={totalsExports(overview)} size="half" testId="funnel">
      <div class="funnel">
        {all.map((stage, index) => (
          <StageButton
            key={stage.id}
            stage={stage}
            first={overview.totals.visits}
            before={all[index - 1]}
            chosen={chosen}
          />
        ))}
      </div>
    </Tile>
  );
}

interface StageProps {
  readonly stage: Stage;
  readonly first: number;
  readonly before: Stage | undefined;
  readonly chosen: string | null;
}

function StageButton({ stage, first, before, chosen }: StageProps) {
  const { id, label, visits } = stage;
  const pressed = chosen === id;
  return (
    <button
      type="button"
      class="stage"
      aria-pressed={id === 'visits' ? undefined : pressed}
      disabled={id === 'visits' && chosen === null}
      title={hoverText(stage, before, pressed)}
      data-testid={`stage-${id}`}
      onClick={() => (id === 'visits' ? dropFilter('step') : toggleFilter({ dimension: 'step', value: id }))}
    >
      <span class="stage-plot" aria-hidden="true">
        {before && <span class="stage-ghost" style={{ height: portion(before.visits, first) }} />}
        <span class="stage-fill" style={{ height: portion(visits, first) }} />
      </span>
      <span class="stage-label">{label}</span>
      <span class="stage-numbers">
        <data class="stage-count" value={String(visits)}>
          {count(visits)}
        </data>{' '}
        <span class="stage-share">{percent(visits, first)}</span>
      </span>
    </button>
  );
}

function percent(part: number, whole: number): string {
  const value = fraction(BigInt(part), BigInt(whole));
  return value ? share(value) : kNoValue;
}

function portion(part: number, whole: number): string {
  const value = fraction(BigInt(part), BigInt(whole));
  return `${value ? toFloat(value) * 100 : 0}%`;
}

const kOnly = { visits: '', cart: 'Only visits with a cart', purchase: 'Only visits that bought' };

function hoverText({ id, visits }: Stage, before: Stage | undefined, pressed: boolean): string {
  if (!before) return `${count(visits)} visits`;
  const kept = `${count(visits)} of ${count(before.visits)}: ${percent(visits, before.visits)} of the step before`;
  return `${kept}\n${pressed ? 'Show all visits again' : kOnly[id]}`;
}
