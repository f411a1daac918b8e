// All keys, on one sheet.

import { signal } from '@preact/signals';
import { kpisOf } from '../overview/kpi';
import { overview } from '../state/store';
import { Dialog } from './dialog';

export const shortcutsOpen = signal(false);

const keys = (): (readonly [string, string])[] => [
  ['/', 'Filter'],
  ['t', 'Range of time'],
  ['c', 'Compare with the period before, or not'],
  ...kpisOf(overview.value?.has)
    .slice(0, 9)
    .map(({ label }, index) => [String(index + 1), `Show ${label.toLowerCase()} over time`] as const),
  ['g o', 'The Overview'],
  ['g h', 'The health of the data'],
  ['← →', 'Read the chart, once it has the focus'],
  ['Esc', 'Close, or take the last filter back'],
  ['?', 'This sheet'],
];

export function Shortcuts() {
  return (
    <Dialog open={shortcutsOpen} name="Keyboard shortcuts" class="shortcuts" testId="shortcuts">
      <div class="shortcuts-head">
        <h2>Keyboard</h2>
        <button
          type="button"
          class="quiet-button"
          aria-label="Close"
          autofocus
          onClick={() => (shortcutsOpen.value = false)}
        >
          ×
        </button>
      </div>
      <dl>
        {keys().map(([key, does]) => (
          <div class="shortcut" key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
