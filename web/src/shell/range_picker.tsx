// The range of time: presets, or any two days.

import { signal, useSignal } from '@preact/signals';
import { Popover } from '../parts/popover';
import { overview, show, view } from '../state/store';
import { type Range, bounds, dayRange, kPresets, rangeHint, rangeLabel } from '../time/range';
import { isoDay, kDay_ms } from '../time/utc';

export const rangePickerOpen = signal(false);

function choose(range: Range): void {
  rangePickerOpen.value = false;
  show({ range });
}

export function RangePicker() {
  const { range } = view.value;
  const label = (
    <>
      {rangeLabel(range)} <span aria-hidden="true">▾</span>
    </>
  );
  return (
    <Popover
      open={rangePickerOpen}
      label={label}
      name={`Range of time: ${rangeLabel(range)}, UTC (t)`}
      buttonClass="button"
      testId="range"
    >
      <div class="menu range-menu" role="group" aria-label="Range of time">
        {kPresets.map(([preset, name]) => (
          <button
            type="button"
            class="menu-item"
            key={preset}
            aria-pressed={preset === range}
            data-item={preset === range ? 'chosen' : ''}
            data-testid={`range-${preset}`}
            onClick={() => choose(preset)}
          >
            {name}
            <span class="menu-hint">{rangeHint(preset, Date.now())}</span>
          </button>
        ))}
        <CustomDays />
      </div>
    </Popover>
  );
}

function CustomDays() {
  const [from, to] = shownDays();
  const first = useSignal(from);
  const last = useSignal(to);
  const range = dayRange(first.value, last.value);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (range) choose(range);
  };
  return (
    <form class="custom-days" onSubmit={submit}>
      <label>
        From
        <input
          type="date"
          required
          value={first.value}
          data-testid="range-first"
          onInput={(event) => (first.value = event.currentTarget.value)}
        />
      </label>
      <label>
        to, included
        <input
          type="date"
          required
          value={last.value}
          data-testid="range-last"
          onInput={(event) => (last.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button" disabled={!range} data-testid="range-apply">
        Show
      </button>
      <p class="quiet">Days begin and end at midnight UTC.</p>
    </form>
  );
}

/** The days that are shown now, to start from. */
function shownDays(): [string, string] {
  const now_ms = Date.now();
  const chosen = bounds(view.value.range, now_ms);
  if (chosen) return [isoDay(chosen.from_ms), isoDay(chosen.to_ms - 1)];
  const stored = overview.value?.stored;
  return stored
    ? [isoDay(Date.parse(stored.from)), isoDay(Date.parse(stored.to))]
    : [isoDay(now_ms - 6 * kDay_ms), isoDay(now_ms)];
}
