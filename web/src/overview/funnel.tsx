// From a visit to a cart to a purchase; without visits, from viewing a product on. Behind each step stands the ghost of
// the step before; a click keeps only those that came this far.

import type { Overview } from '../api';
import { fraction, toFloat } from '../number/fraction';
import { count, kNoValue, share } from '../number/format';
import { Tile } from '../parts/tile';
import type { Step } from '../state/dimensions';
import { dropFilter, toggleFilter, view } from '../state/store';
import { filterValue } from '../state/view';
import { shoppersExports, totalsExports } from './exports';
import type { TileProps } from './lists';

interface Stage {
  readonly id: 'visits' | Step;
  readonly label: string;
  readonly reached: number;
}

function stages({ totals, shoppers }: Overview): Stage[] {
  return [
    shoppers
      ? { id: 'visits', label: 'Viewed a product', reached: shoppers.viewed }
      : { id: 'visits', label: 'Visits', reached: totals.visits },
    { id: 'cart', label: 'Added to cart', reached: shoppers ? shoppers.added : totals.visits_with_cart },
    { id: 'purchase', label: 'Bought', reached: shoppers ? shoppers.bought : totals.visits_with_purchase },
  ];
}

export function Funnel({ overview, size }: TileProps) {
  const all = stages(overview);
  const chosen = filterValue(view.value, 'step');
  const whole = Math.max(...all.map(({ reached }) => reached));
  const of = overview.shoppers ? 'shoppers' : 'visits';
  const exports = overview.shoppers ? shoppersExports(overview) : totalsExports(overview);
  return (
    <Tile title="Funnel" measure={of} exports={exports} size={size} testId="funnel">
      <div class="funnel">
        {all.map((stage, index) => (
          <StageButton
            key={stage.id}
            stage={stage}
            of={of}
            whole={whole}
            first={all[0]?.reached ?? 0}
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
  readonly of: string; // what is counted
  readonly whole: number; // the height of the plot
  readonly first: number;
  readonly before: Stage | undefined;
  readonly chosen: string | null;
}

function StageButton({ stage, of, whole, first, before, chosen }: StageProps) {
  const { id, label, reached } = stage;
  const pressed = chosen === id;
  return (
    <button
      type="button"
      class="stage"
      aria-pressed={id === 'visits' ? undefined : pressed}
      disabled={id === 'visits' && chosen === null}
      title={hoverText(stage, of, before, pressed)}
      data-testid={`stage-${id}`}
      onClick={() => (id === 'visits' ? dropFilter('step') : toggleFilter({ dimension: 'step', value: id }))}
    >
      <span class="stage-plot" aria-hidden="true">
        {before && <span class="stage-ghost" style={{ height: portion(before.reached, whole) }} />}
        <span class="stage-fill" style={{ height: portion(reached, whole) }} />
      </span>
      <span class="stage-label">{label}</span>
      <span class="stage-numbers">
        <data class="stage-count" value={String(reached)}>
          {count(reached)}
        </data>{' '}
        <span class="stage-share">{percent(reached, first)}</span>
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

const kSteps = { visits: '', cart: 'with a cart', purchase: 'that bought' };

function hoverText({ id, reached }: Stage, of: string, before: Stage | undefined, pressed: boolean): string {
  if (!before) return `${count(reached)} ${of}`;
  const kept = `${count(reached)} of ${count(before.reached)}: ${percent(reached, before.reached)} of the step before`;
  return `${kept}\n${pressed ? `Show all ${of} again` : `Only ${of} ${kSteps[id]}`}`;
}
