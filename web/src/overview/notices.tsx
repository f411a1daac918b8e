// What stands in place of the numbers when there are none: why, and what to do about it.

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Overview } from '../api';
import { kUnreachable } from '../api';
import { copy } from '../parts/clipboard';
import type { Failure } from '../state/refresher';
import { refresher, show, view } from '../state/store';
import { formatView, kDefaultView } from '../state/view';
import { rangeHint } from '../time/range';
import { clockWithSeconds, date, kDay_ms, span, startOfDay } from '../time/utc';

interface NoticeProps {
  readonly title: string;
  readonly testId: string;
  readonly children: ComponentChildren;
}

function Notice({ title, testId, children }: NoticeProps) {
  return (
    <section class="card notice" role="status" data-testid={testId}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

export function NothingStored() {
  return (
    <Notice title="Nothing is stored yet" testId="nothing-stored">
      <p>This page shows the visits of your shop as soon as there are some. Load files of visits:</p>
      <Command text="millrace load PATH" />
      <p>Or look at it with invented visitors, in a data folder of their own:</p>
      <Command text="millrace demo" />
      <p class="quiet">It looks again by itself; there is no need to reload.</p>
    </Notice>
  );
}

function Command({ text }: { text: string }) {
  const said = useSignal('Copy');
  const take = async (): Promise<void> => {
    said.value = (await copy(text)) ? 'Copied' : 'Not copied';
  };
  return (
    <div class="command">
      <code>{text}</code>
      <button type="button" class="quiet-button" aria-label={`Copy ${text}`} onClick={() => void take()}>
        {said}
      </button>
    </div>
  );
}

export function NoVisits({ overview }: { overview: Overview }) {
  const { filters, range } = view.value;
  const { stored } = overview;
  const during = range === 'all' ? '' : ` in ${rangeHint(range, Date.now())}`;
  return (
    <Notice
      title={filters.length > 0 ? `No visits match these filters${during}` : `No visits${during}`}
      testId="no-visits"
    >
      {stored && <p>Visits are stored for {storedDays(stored.from, stored.to)}.</p>}
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

/** In place of the numbers, when there are none for this view. */
export function LoadFailed({ failure }: { failure: Failure }) {
  const unreachable = failure.code === kUnreachable;
  return (
    <Notice title={unreachable ? 'The server does not answer' : 'The numbers could not be loaded'} testId="load-failed">
      {!unreachable && <p>{failure.message}</p>}
      {unreachable && (
        <>
          <p>
            No answer from {location.host} since {clockWithSeconds(failure.since_ms)} UTC. If it is not running, start
            it:
          </p>
          <Command text="millrace run" />
        </>
      )}
      <p class="quiet">
        {unreachable ? '' : `Error code: ${failure.code}. `}This page tries again every few seconds by itself.
      </p>
      <div class="actions">
        <button type="button" class="button" onClick={() => void refresher.refresh()}>
          Try again now
        </button>
        {!unreachable && formatView(view.value) !== '' && (
          <button type="button" class="button" onClick={() => show(kDefaultView)}>
            Show everything
          </button>
        )}
      </div>
    </Notice>
  );
}

/** Above numbers that are still right but can no longer be renewed. */
export function RenewFailed({ failure }: { failure: Failure }) {
  return (
    <section class="card banner" role="status" data-testid="renew-failed">
      <p>
        These numbers have not been renewed since {clockWithSeconds(failure.since_ms)} UTC: {failure.message}
      </p>
      <button type="button" class="button" onClick={() => void refresher.refresh()}>
        Try again now
      </button>
    </section>
  );
}
