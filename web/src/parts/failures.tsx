// What is said when the server refuses, fails, or does not answer.

import { kUnreachable } from '../api';
import type { Failure } from '../state/refresher';
import { showEverything } from '../state/store';
import { clockWithSeconds } from '../time/utc';
import { Command, Notice } from './notice';

interface Props {
  readonly failure: Failure;
  readonly refresher: { refresh(): Promise<void> };
}

/** In place of the numbers, when there are none for this view. */
export function LoadFailed({ failure, refresher }: Props) {
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
        {!unreachable && location.search !== '' && (
          <button type="button" class="button" onClick={showEverything}>
            Show everything
          </button>
        )}
      </div>
    </Notice>
  );
}

/** Above numbers that are still right but can no longer be renewed. */
export function RenewFailed({ failure, refresher }: Props) {
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
