// What the numbers are of: the range, the comparison, the filters, the currency, and up to when they are complete.

import type { Overview } from '../api';
import { comparison } from '../overview/progress';
import { overview, show, view } from '../state/store';
import { clockWithSeconds, date, span, startOfDay } from '../time/utc';
import { FilterChips } from './filter_chips';
import { filterPaletteOpen } from './filter_palette';
import { RangePicker } from './range_picker';

export function Toolbar() {
  return (
    <div class="toolbar" role="toolbar" aria-label="What is shown">
      <RangePicker />
      <CompareToggle />
      <button
        type="button"
        class="button"
        title="Filter by what is on the page (/)"
        data-testid="add-filter"
        onClick={() => (filterPaletteOpen.value = true)}
      >
        <span aria-hidden="true">+ </span>Filter
      </button>
      <FilterChips />
      <CurrencyPicker />
      <Freshness />
    </div>
  );
}

function CompareToggle() {
  const { range, compare } = view.value;
  const possible = range !== 'all';
  return (
    <button
      type="button"
      class="button"
      aria-pressed={possible && compare}
      disabled={!possible}
      title={
        possible
          ? 'Compare with the period before (c)'
          : 'Before all time there is nothing to compare with: choose a range'
      }
      data-testid="compare"
      onClick={() => show({ compare: !compare })}
    >
      {possible && compare ? <ComparedTo shown={overview.value} /> : '+ Compare'}
    </button>
  );
}

/** "vs 24–30 Jun 2024", and what is to be known about it: not wholly stored, or compared up to now only. */
function ComparedTo({ shown }: { shown: Overview | null }) {
  if (!shown?.previous) return <>vs previous ×</>;
  const [from_ms, to_ms] = [Date.parse(shown.previous.from), Date.parse(shown.previous.to)];
  const running = comparison(shown)?.until_ms != null;
  const lacking = shown.stored !== null && from_ms < startOfDay(Date.parse(shown.stored.from));
  return (
    <>
      vs {span(from_ms, to_ms)}
      {lacking ? <span class="lacking">, partly stored</span> : running && ', so far'} <span aria-hidden="true">×</span>
    </>
  );
}

function CurrencyPicker() {
  const shown = overview.value;
  if (!shown || shown.currencies.length < 2) return null;
  const { currency, currencies } = shown;
  return (
    <label class="currency" title="Amounts in different currencies are never added together">
      <span>amounts in one of {currencies.length} currencies</span>
      <select
        class="button"
        data-testid="currency"
        value={currency ?? ''}
        onChange={(event) => show({ currency: event.currentTarget.value })}
      >
        {currencies.map((code) => (
          <option key={code} value={code}>
            {code}
          </option>
        ))}
      </select>
    </label>
  );
}

function Freshness() {
  const complete_to = overview.value?.complete_to;
  if (!complete_to) return null;
  const time_ms = Date.parse(complete_to);
  return (
    <span class="freshness" title="Everything that happened before this time is counted" data-testid="complete-to">
      complete to{' '}
      <time dateTime={complete_to}>
        {date(time_ms)}, {clockWithSeconds(time_ms)} UTC
      </time>
    </span>
  );
}
