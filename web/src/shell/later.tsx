// A screen whose part of the program is fetched when it is first opened.

import { signal } from '@preact/signals';
import type { ComponentChild, ComponentType } from 'preact';
import { Notice } from '../parts/notice';

/** Shows `meanwhile` until the screen is there. */
export function later(fetchScreen: () => Promise<ComponentType>, meanwhile: () => ComponentChild): ComponentType {
  const screen = signal<ComponentType | null>(null);
  const state = signal<'idle' | 'fetching' | 'failed'>('idle');
  const fetch = (): void => {
    state.value = 'fetching';
    fetchScreen().then(
      (fetched) => (screen.value = fetched),
      () => (state.value = 'failed'),
    );
  };
  return () => {
    const Screen = screen.value;
    if (Screen) return <Screen />;
    if (state.value === 'failed') return <NotFetched />;
    if (state.value === 'idle') fetch();
    return <>{meanwhile()}</>;
  };
}

/** The server is away, or has been replaced by another version. */
function NotFetched() {
  return (
    <Notice title="This screen could not be fetched" testId="not-fetched">
      <p>The server does not answer, or it has been updated since this page was opened.</p>
      <div class="actions">
        <button type="button" class="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      </div>
    </Notice>
  );
}
