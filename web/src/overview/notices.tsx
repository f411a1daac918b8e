// What stands in place of the numbers when there are none: why, and what to do about it.

import type { Overview } from '../api';
import { Command, Notice } from '../parts/notice';
import { show, view } from '../state/store';
import { rangeHint } from '../time/range';
import { date, kDay_ms, span, startOfDay } from '../time/utc';

export function NothingStored() {
  return (
    <Notice title="Nothing is stored yet" testId="nothing-stored">
      <p>This page shows what happens in your shop as soon as something is stored. Load files of visits, orders, sales:</p>
      <Command text="millrace load PATH" />
      <p>Or look at it with invented visitors, in a data folder of their own:</p>
      <Command text="millrace demo" />
      <p class="quiet">It looks again by itself; there is no need to reload.</p>
    </Notice>
  );
}

/** In the range, or under the filters. */
export function NothingHappened({ overview }: { overview: Overview }) {
  const { filters, range } = view.value;
  const { stored } = overview;
  const [none, match] = overview.has.includes('visits') ? ['No visits', 'match'] : ['Nothing', 'matches'];
  const during = range === 'all' ? '' : ` in ${rangeHint(range, Date.now())}`;
  return (
    <Notice
      title={filters.length > 0 ? `${none} ${match} these filters${during}` : `${none}${during}`}
      testId="no-visits"
    >
      {stored && <p>Events are stored for {storedDays(stored.from, stored.to)}.</p>}
      <div class="actions">
        {filters.length > 0 && (
          <button type="button" class="button" onClick={() => show({ filters: [] })}>
            Clear filters
          </button>
        )}
        {range !== 'all' && (
          <button type="button" class="button" onClick={() => show({ range: 'all' })}>
            Show all time
          </button>
        )}
      </div>
    </Notice>
  );
}

function storedDays(from: string, to: string): string {
  const [first_ms, last_ms] = [startOfDay(Date.parse(from)), startOfDay(Date.parse(to))];
  return first_ms === last_ms ? date(first_ms) : span(first_ms, last_ms + kDay_ms);
}

